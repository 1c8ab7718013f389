import { buildHeader, buildMessage, buildSegment } from './build.js';
import { encode, type Charset } from './charset.js';
import { escapeText } from './escape.js';
import { parseMessage } from './parse.js';
import { DEFAULT_SEPARATORS } from './separators.js';

describe('building', () => {
  it.each<Charset>(['utf-8', 'iso-8859-15', 'iso-8859-1', 'ascii'])('reads back what it wrote in %s', (charset) => {
    const text = charset === 'ascii' ? 'a|b^c&d~e\\f\ng' : 'é|b^c&d~e\\f\ng';
    const name = { 'utf-8': 'UNICODE UTF-8', 'iso-8859-15': '8859/15', 'iso-8859-1': '8859/1', ascii: 'ASCII' }[
      charset
    ];
    const header = buildHeader([
      'A',
      'B',
      'C',
      'D',
      '2026',
      '',
      'ORU^R01',
      '1',
      'P',
      '2.5',
      '',
      '',
      '',
      '',
      'FRA',
      name,
    ]);
    const bytes = buildMessage(
      [header, buildSegment('NTE', ['1', '', escapeText(text, DEFAULT_SEPARATORS), '', ''])],
      charset,
    );
    const result = parseMessage(bytes);
    expect(result.ok && result.value.text('NTE', 3)).toBe(text);
    expect(bytes.toString('latin1').endsWith('\\g\r')).toBe(true);
  });

  it('lets no text start a segment or a frame', () => {
    expect(escapeText('a\rMSA|AA\r\n\x0b\x1c\r', DEFAULT_SEPARATORS)).toBe('a\\.br\\MSA\\F\\AA\\.br\\  \\.br\\');
  });

  it('writes a question mark for a character the set lacks', () => {
    expect(encode('€œ¤é漢', 'iso-8859-15').toString('hex')).toBe('a4bd3fe93f');
    expect(encode('€é', 'iso-8859-1').toString('hex')).toBe('3fe9');
    expect(encode('é', 'ascii').toString()).toBe('?');
  });
});
