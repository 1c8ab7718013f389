import { parseMessage, type Message, type ParseOptions } from './parse.js';

const MSH = 'MSH|^~\\&|A|B|C|D|20260101||ORU^R01|1|P|2.5';
function parsed(text: string | Buffer, options?: ParseOptions): Message {
  const result = parseMessage(Buffer.from(text as string), options);
  if (!result.ok) throw new Error(result.problem.kind);
  return result.value;
}
const refusal = (text: string | Buffer, options?: ParseOptions): unknown => {
  const result = parseMessage(Buffer.from(text as string), options);
  return result.ok ? 'accepted' : result.problem;
};

const withCharset = (name: string): string => `MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5|||||FRA|${name}\rPID|1||`;

describe('ER7 messages', () => {
  it.each([
    ['CR', `${MSH}\rPID|1\rOBX|1\rOBX|2\r`],
    ['LF', `${MSH}\nPID|1\nOBX|1\nOBX|2\n`],
    ['CRLF', `${MSH}\r\nPID|1\r\nOBX|1\r\nOBX|2\r\n`],
    ['no end on the last', `${MSH}\rPID|1\rOBX|1\rOBX|2`],
    ['blank lines', `\r\n\n${MSH}\r\r\r\nPID|1\n\nOBX|1\r\rOBX|2\r\n\r\n`],
  ])('reads segments ended by %s', (_title, text) => {
    const message = parsed(text);
    expect(message.segments.map(({ name, sequence }) => `${name}${sequence}`)).toEqual([
      'MSH1',
      'PID1',
      'OBX1',
      'OBX2',
    ]);
    expect(message.all('OBX').map((obx) => obx.text(1))).toEqual(['1', '2']);
  });

  it('numbers the fields of MSH from its separator', () => {
    const message = parsed(MSH);
    expect(message.text('MSH', 3)).toBe('A');
    expect(message.text('MSH', 9, 2)).toBe('R01');
    expect(message.text('MSH', 12)).toBe('2.5');
    expect(message.text('MSH', 13)).toBe('');
  });

  it('finds repetitions, components and subcomponents', () => {
    const pid = parsed(`${MSH}\rPID|1||a^b&c&d^e~f^g~|x||""|end  |`).first('PID');
    expect(pid?.text(3, 2, 3)).toBe('d');
    expect(pid?.text(3, 3)).toBe('e');
    expect(pid?.text(3, 4)).toBe('');
    expect(pid?.repetitions(3).map((one) => one.text(1))).toEqual(['a', 'f', '']);
    expect(pid?.repetitions(5)).toEqual([]);
    expect([4, 5, 6, 8, 40].map((field) => pid?.isEmpty(field))).toEqual([false, true, true, true, true]);
    expect(pid?.text(7)).toBe('end');
  });

  it('honours the delimiters of the message', () => {
    const message = parsed('MSH#*+!%#A#B\rPID#1##a*b%c+d!E!');
    expect(message.first('PID')?.text(3, 2, 2)).toBe('c');
    expect(message.first('PID')?.repetitions(3)[1]?.text()).toBe('d!');
  });

  it('replaces escape sequences', () => {
    const nte = parsed(
      `${MSH}\rNTE|\\F\\\\S\\\\T\\\\R\\\\E\\|a\\.br\\b|\\XC3A9\\|\\H\\bold\\N\\|\\Z1\\ \\ 5\\|\\X4\\`,
    ).first('NTE');
    expect([1, 2, 3, 4, 5, 6].map((field) => nte?.text(field))).toEqual([
      '|^&~\\',
      'a\nb',
      'é',
      'bold',
      '\\Z1\\ \\ 5\\',
      '\\X4\\',
    ]);
  });

  describe('character set', () => {
    it.each([
      ['UNICODE UTF-8', Buffer.from('é€œ'), 'é€œ'],
      ['8859/15', Buffer.from([0xe9, 0xa4, 0xbd, 0xbe]), 'é€œŸ'],
      ['8859/1', Buffer.from([0xe9, 0xa4]), 'é¤'],
      ['ASCII', Buffer.from('e'), 'e'],
      ['', Buffer.from('é'), 'é'],
      ['UNICODE UTF-8~8859/1', Buffer.from('é'), 'é'],
    ])('decodes %s', (name, bytes, text) => {
      expect(parsed(Buffer.concat([Buffer.from(withCharset(name)), bytes])).text('PID', 3)).toBe(text);
    });

    it('refuses an unknown name and bytes that are not in the set', () => {
      expect(refusal(withCharset('ISO IR-87'))).toEqual({ kind: 'unknown-charset', line: 1 });
      const latin = Buffer.concat([Buffer.from(withCharset('UNICODE UTF-8')), Buffer.of(0xe9)]);
      expect(refusal(latin)).toEqual({ kind: 'bad-encoding' });
      expect(refusal(Buffer.concat([Buffer.from(withCharset('ASCII')), Buffer.of(0xe9)]))).toEqual({
        kind: 'bad-encoding',
      });
    });

    it('uses the setting when MSH-18 is empty', () => {
      const bytes = Buffer.concat([Buffer.from(withCharset('')), Buffer.of(0xe9)]);
      expect(parsed(bytes, { defaultCharset: 'iso-8859-15' }).text('PID', 3)).toBe('é');
    });
  });

  it.each([
    ['', 'no-header'],
    ['\r\n', 'no-header'],
    ['MSH', 'no-header'],
    ['MSH|^~', 'no-header'],
    ['PID|1', 'no-header'],
    ['MSH|^^\\&|A', 'no-header'],
    ['MSHA^~\\&A', 'no-header'],
    ['<xml/>', 'no-header'],
  ])('refuses %j: %s', (text, kind) => {
    expect(refusal(text)).toEqual({ kind });
  });

  it('names the segment that is none', () => {
    expect(refusal(`${MSH}\r\rPID|1\rZ`)).toEqual({ kind: 'bad-segment', line: 3 });
    expect(refusal(`${MSH}\rpid|1`)).toEqual({ kind: 'bad-segment', line: 2 });
    expect(refusal(`${MSH}\rPID-1`)).toEqual({ kind: 'bad-segment', line: 2 });
    expect(refusal(`${MSH}\rPID\rZ1A`)).toBe('accepted');
  });

  it('bounds segments, fields and repetitions', () => {
    expect(refusal(`${MSH}${'\rPID|1'.repeat(1000)}`)).toEqual({ kind: 'too-many-segments' });
    expect(refusal(`${MSH}\rPID${'|'.repeat(300)}`)).toEqual({ kind: 'too-many-fields', line: 2 });
    expect(refusal(`${MSH}${'|'.repeat(300)}`)).toEqual({ kind: 'too-many-fields', line: 1 });
    expect(refusal(`${MSH}\rPID|1||${'~'.repeat(300)}`)).toEqual({ kind: 'too-many-repetitions', line: 2 });
    expect(refusal(`${MSH}\rPID|1||${'~'.repeat(199)}`)).toBe('accepted');
    expect(refusal(`${MSH}\rPID|1||${'~'.repeat(200)}`)).toEqual({ kind: 'too-many-repetitions', line: 2 });
  });

  it('hands a long component over without a copy', () => {
    const message = parsed(`${MSH}\rOBX|1|ED|||^TEXT^XML^Base64^${'A'.repeat(1_000_000)}||||||F`);
    const data = message.first('OBX')?.repetition(5)?.bytes(5);
    expect(data?.length).toBe(1_000_000);
    expect(data?.buffer).toBe(message.bytes.buffer);
    expect(message.text('OBX', 11)).toBe('F');
  });
});
