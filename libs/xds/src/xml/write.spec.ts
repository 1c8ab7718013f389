import { parseXml } from './parse.js';
import { element, trustedXml } from './write.js';

describe('XML writing', () => {
  it('escapes text and attributes so that they are read back as they were', () => {
    const value = `é & <b a="1">'x'</b> ]]> &amp; \t\n`;
    const { xml } = element('a', { b: value }, value);
    const read = parseXml(Buffer.from(xml));
    if (!read.ok) throw new Error(read.problem);
    expect(read.root.attributes.get('b')).toBe(value);
    expect(read.root.text).toBe(value);
    expect(read.root.children).toEqual([]);
  });

  it('replaces what XML cannot carry', () => {
    expect(element('a', { b: '\u0000' }, 'x\ud800y\u0008').xml).toBe('<a b="\ufffd">x\ufffdy\ufffd</a>');
  });

  it('leaves out what is undefined, and keeps markup made before', () => {
    expect(element('a', { b: undefined, c: '' }, undefined, trustedXml('<d/>')).xml).toBe('<a c=""><d/></a>');
  });
});
