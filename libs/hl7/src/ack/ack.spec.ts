import { parseMessage, type Message } from '../message/parse.js';
import { buildAck, type AckParameters } from './build-ack.js';
import { parseAck } from './parse-ack.js';

const NOW = new Date('2026-01-02T10:15:01.123Z');
const ACK: AckParameters = { code: 'AA', now: NOW, controlId: 'ACK1' };
const request = (msh: string): Message => {
  const result = parseMessage(Buffer.from(msh));
  if (!result.ok) throw new Error(result.problem.kind);
  return result.value;
};
const lines = (bytes: Buffer, encoding: BufferEncoding = 'utf8'): string[] => bytes.toString(encoding).split('\r');
const REQUEST =
  'MSH|^~\\&|RIS|CRA|DRIMBOX|DB|20260102101500||MDM^T10^MDM_T02|GEN1|T|2.6|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA_HL7_V2\r';

describe('acknowledgements', () => {
  it('swaps the parties and keeps MSH-11, 12, 17, 18, but not MSH-21', () => {
    expect(lines(buildAck(request(REQUEST), ACK))).toEqual([
      'MSH|^~\\&|DRIMBOX|DB|RIS|CRA|20260102101501+0000||ACK^T10^ACK|ACK1|T|2.6|||||FRA|UNICODE UTF-8',
      'MSA|AA|GEN1',
      '',
    ]);
  });

  it('writes each error: location, code of table 0357, severity, application code, texts', () => {
    const bytes = buildAck(request(REQUEST), {
      ...ACK,
      code: 'AE',
      errors: [
        { code0357: '101', severity: 'E', location: { segment: 'PID', field: 3 } },
        {
          code0357: '207',
          severity: 'W',
          location: { segment: 'OBX', sequence: 2, field: 5, component: 4 },
          application: { code: 'DRIM-209', text: 'a|b', system: 'DRIMBOX' },
          diagnostic: 'line\nbreak',
          text: 'À renvoyer',
        },
        { code0357: '100', severity: 'E', location: { segment: 'IPC' } },
        { code0357: '199', severity: 'E' },
      ],
    });
    expect(lines(bytes).slice(1)).toEqual([
      'MSA|AE|GEN1',
      'ERR||PID^1^3|101^Required field missing^HL70357|E',
      'ERR||OBX^2^5^1^4|207^Application internal error^HL70357|W|DRIM-209^a\\F\\b^DRIMBOX||line\\.br\\break|À renvoyer',
      'ERR||IPC^1|100^Segment sequence error^HL70357|E',
      'ERR|||199^Other HL7 error^HL70357|E',
      '',
    ]);
  });

  it('is written in the character set of the request, echoed fields byte for byte', () => {
    const msh = Buffer.from('MSH|^~\\&|RIS|h\u00f4pital|B|C|2026||ORU^R01|1|P|2.5|||||FRA|8859/15\r', 'latin1');
    const bytes = buildAck(msh, { ...ACK, errors: [{ code0357: '199', severity: 'E', text: '5 €' }] });
    expect(lines(bytes, 'latin1')[0]).toBe(
      'MSH|^~\\&|B|C|RIS|hôpital|20260102101501+0000||ACK^R01^ACK|ACK1|P|2.5|||||FRA|8859/15',
    );
    expect(bytes.includes(Buffer.of(0x35, 0x20, 0xa4))).toBe(true);
  });

  it('uses the delimiters of the request', () => {
    const bytes = buildAck(Buffer.from('MSH#*+!%#A#B#C#D#2026##ORU*R01#1#P#2.5'), {
      ...ACK,
      errors: [{ code0357: '199', severity: 'E', text: '#' }],
    });
    expect(lines(bytes)).toEqual([
      'MSH#*+!%#C#D#A#B#20260102101501+0000##ACK*R01*ACK#ACK1#P#2.5#####FRA#UNICODE UTF-8',
      'MSA#AA#1',
      'ERR###199*Other HL7 error*HL70357#E####!F!',
      '',
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['no bytes', Buffer.alloc(0)],
    ['bytes that are no message', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a broken MSH', Buffer.from('MSH|^^')],
  ])('answers %s', (_title, bytes) => {
    expect(lines(buildAck(bytes, { ...ACK, code: 'AE' }))).toEqual([
      'MSH|^~\\&|||||20260102101501+0000||ACK|ACK1|P|2.5|||||FRA|UNICODE UTF-8',
      'MSA|AE',
      '',
    ]);
  });

  it('answers a cut MSH with what is left of it, and echoes nothing harmful', () => {
    expect(lines(buildAck(Buffer.from('\0\nMSH|^~\\&|RIS|CRA|DB'), ACK))[0]).toBe(
      'MSH|^~\\&|DB||RIS|CRA|20260102101501+0000||ACK|ACK1|P|2.5|||||FRA|UNICODE UTF-8',
    );
    const hostile = `MSH|^~\\&|A\x1cB|${'x'.repeat(5000)}|C|D|2026||ORU^<evil>|1`;
    expect(lines(buildAck(Buffer.from(hostile), ACK))[0]).toBe(
      'MSH|^~\\&|||||20260102101501+0000||ACK|ACK1|P|2.5|||||FRA|UNICODE UTF-8',
    );
  });

  it('reads back what it wrote', () => {
    const bytes = buildAck(request(REQUEST), {
      ...ACK,
      code: 'AR',
      errors: [
        {
          code0357: '207',
          severity: 'F',
          location: { segment: 'OBX', sequence: 3, field: 5 },
          application: { code: 'X1', text: 'busy', system: 'S' },
          diagnostic: 'd',
          text: 'réessayer',
        },
      ],
    });
    expect(parseAck(bytes)).toEqual({
      ok: true,
      value: {
        code: 'AR',
        controlId: 'GEN1',
        event: 'T10',
        errors: [
          {
            segment: 'OBX',
            sequence: '3',
            field: '5',
            component: '',
            code0357: '207',
            severity: 'F',
            applicationCode: 'X1',
            applicationText: 'busy',
            diagnostic: 'd',
            text: 'réessayer',
          },
        ],
      },
    });
    expect(parseAck(Buffer.from(REQUEST))).toEqual({ ok: false, problem: { kind: 'no-msa' } });
    expect(parseAck(Buffer.from('no'))).toEqual({ ok: false, problem: { kind: 'no-header' } });
  });
});
