import { LIMITS } from './dmp-rules.js';
import { parseMtom } from './mtom.js';

const TYPE = 'multipart/related; type="application/xop+xml"; boundary=b; start-info="application/soap+xml"';
const part = (id: string, body: string, headers = ''): string =>
  `--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <${id}>\r\n${headers}\r\n${body}\r\n`;
const parse = (body: string, type = TYPE) => parseMtom(type, Buffer.from(body, 'latin1'));

describe('MTOM', () => {
  it('splits the parts byte for byte, whatever they hold', () => {
    const bytes = '\0\r\n--c\r\n\r\n-- b\r\n';
    const read = parse(`preamble\r\n${part('root', '<x/>')}${part('a', bytes)}${part('e', '')}--b--\r\n`);
    if (!read.ok) throw new Error(read.problem);
    expect(read.value.xml.toString()).toBe('<x/>');
    expect([...read.value.attachments].map(([id, body]) => [id, body.toString('latin1')])).toEqual([
      ['a', bytes],
      ['e', ''],
    ]);
  });

  it('reads base64, which the published request uses', () => {
    const encoding = 'Content-Transfer-Encoding: BASE64\r\n';
    const read = parse(`${part('root', '<x/>')}${part('a', 'S0\r\n9T', encoding)}--b--`);
    expect(read.ok && read.value.attachments.get('a')?.toString()).toBe('KOS');
    expect(parse(`${part('root', '<x/>')}${part('a', 'S09', encoding)}--b--`)).toMatchObject({ ok: false });
  });

  it('finds the root by its start parameter', () => {
    const read = parse(`${part('a', 'x')}${part('root', '<x/>')}--b--`, `${TYPE}; start="<root>"`);
    expect(read.ok && read.value.xml.toString()).toBe('<x/>');
  });

  it.each([
    ['another type', `${part('root', '<x/>')}--b--`, 'multipart/form-data; boundary=b'],
    ['no boundary', `${part('root', '<x/>')}--b--`, TYPE.replace('boundary=b; ', '')],
    ['no SOAP inside', `${part('root', '<x/>')}--b--`, TYPE.replace('soap+xml', 'xml')],
    ['no part', '--b--', TYPE],
    ['nothing', '', TYPE],
    ['no closing boundary', part('root', '<x/>'), TYPE],
    ['an unknown start', `${part('root', '<x/>')}--b--`, `${TYPE}; start="<other>"`],
    ['the same Content-ID twice', `${part('root', '<x/>')}${part('a', '')}${part('a', '')}--b--`, TYPE],
    ['headers without end', `--b\r\n${'x: y\r\n'.repeat(LIMITS.mimeHeaderBytes)}--b--`, TYPE],
    ['too many parts', `${part('r', '').repeat(LIMITS.mimeParts + 1)}--b--`, TYPE],
    ['an unknown encoding', `${part('r', '', 'Content-Transfer-Encoding: x\r\n')}--b--`, TYPE],
  ])('refuses %s', (_name, body, type) => {
    expect(parse(body, type)).toMatchObject({ ok: false });
  });
});
