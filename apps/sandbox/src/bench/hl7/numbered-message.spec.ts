import { SITES } from '../../stack/sites.js';
import { NumberedMessage } from './numbered-message.js';

describe('a numbered message', () => {
  const numbered = new NumberedMessage(SITES[0]!, 21_000);
  const controlOf = (message: Buffer): string => message.toString('latin1').split('|')[9]!;
  const xmlOf = (message: Buffer): string =>
    Buffer.from(/\^Base64\^([^|]*)/.exec(message.toString('latin1'))![1]!, 'base64').toString('utf8');

  it('has the size asked for and its framing', () => {
    expect(numbered.message.length).toBeGreaterThanOrEqual(21_000);
    expect(numbered.message.length).toBeLessThan(21_010);
    expect([numbered.frame[0], ...numbered.frame.subarray(-2)]).toEqual([0x0b, 0x1c, 0x0d]);
  });

  it('differs by MSH-10 and by the CDA id alone', () => {
    const former = [0, 99_999_999].map((n) => {
      const control = numbered.number(n);
      const message = Buffer.from(numbered.message);
      expect(controlOf(message)).toBe(control);
      const xml = xmlOf(message);
      expect(xml).toContain(`<id root="1.2.250.1.213.4.5.4.${control}"/>`);
      return xml.replace(control, '');
    });
    expect(former[0]).toBe(former[1]);
  });
});
