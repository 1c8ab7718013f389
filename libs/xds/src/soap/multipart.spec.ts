import { MAX_PARTS, parseContentType, parseMultipart, rootPart } from './multipart.js';
import { mtomBody } from './mtom.js';

describe('multipart/related', () => {
  it('reads back what MTOM wrote, binary parts byte for byte', () => {
    const bytes = Buffer.from(Array.from({ length: 2048 }, (_, index) => index % 256));
    const tricky = Buffer.from('\r\n--b\r\n\r\n--b0--\r\n');
    const message = mtomBody(
      '<é/>',
      [
        { contentId: 'a', bytes },
        { contentId: 'b', bytes: tricky },
      ],
      'urn:action',
      'b1',
    );
    const { type, parameters } = parseContentType(message.contentType);
    expect(type).toBe('multipart/related');
    const parts = parseMultipart(Buffer.concat(message.chunks), parameters.get('boundary') ?? '') ?? [];
    expect(parts.map((part) => part.headers.get('content-id'))).toEqual([parameters.get('start'), '<a>', '<b>']);
    expect(rootPart(parts, parameters.get('start'))?.bytes.toString()).toBe('<é/>');
    expect(parts[1]?.bytes).toEqual(bytes);
    expect(parts[2]?.bytes).toEqual(tricky);
  });

  it('accepts a preamble, an epilogue, folded headers and blanks after the boundary', () => {
    const body = 'hello\r\n--b  \r\nContent-Type: text/xml;\r\n charset=UTF-8\r\n\r\n<a/>\r\n--b--\r\nbye';
    const parts = parseMultipart(Buffer.from(body), 'b');
    expect(parts).toHaveLength(1);
    expect(parts?.[0]?.headers.get('content-type')).toBe('text/xml; charset=UTF-8');
    expect(parts?.[0]?.bytes.toString()).toBe('<a/>');
  });

  it.each([
    ['no boundary in it', 'x', 'b'],
    ['no closing boundary', '--b\r\nA: b\r\n\r\n<a/>\r\n', 'b'],
    ['cut in a header', '--b\r\nA: b', 'b'],
    ['a part without a blank line', '--b\r\nA: b\r\n--b--', 'b'],
    ['an empty boundary', '--\r\n\r\n\r\n----', ''],
    ['too many parts', `${'--b\r\nA: b\r\n\r\nx\r\n'.repeat(MAX_PARTS + 1)}--b--`, 'b'],
  ])('refuses %s', (_what, body, boundary) => {
    expect(parseMultipart(Buffer.from(body), boundary)).toBeUndefined();
  });

  it('finds no root when start names none', () => {
    expect(rootPart([{ headers: new Map([['content-id', '<a>']]), bytes: Buffer.of() }], '<b>')).toBeUndefined();
  });

  it('reads parameters quoted and not', () => {
    const { type, parameters } = parseContentType('Multipart/Related; boundary=x-1; Start="<a\\"b;c>"; type=t');
    expect(type).toBe('multipart/related');
    expect(Object.fromEntries(parameters)).toEqual({ boundary: 'x-1', start: '<a"b;c>', type: 't' });
  });
});
