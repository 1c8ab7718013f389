import {
  buildAck,
  classifyMessage,
  parseAck,
  parseMessage,
  readOmi,
  readReportMessage,
  syntaxProblem,
} from './index.js';
import { reportMessage } from './report-message/report.fixture.js';
import { seeded } from './random.fixture.js';

/** Promise P13: whatever arrives, the library answers a value; nothing throws, nothing grows. */
describe('mutated messages', () => {
  const originals = [
    reportMessage(),
    reportMessage({ type: 'MDM', event: 'T10', orderControl: 'RO', resultStatus: 'C', separator: '\r\n' }),
    Buffer.from('MSH|^~\\&|P|S|D|S|2026||OMI^O23^OMI_O23|7|P|2.5.1\rORC|XO\rIPC|A1|RP|1.2.3.4\r'),
  ];
  const STRUCTURE = [...'|^~\\&\r\n\0\x0b\x1c'].map((char) => char.charCodeAt(0));

  it('are refused or understood, and always acknowledged in a message that can be read', () => {
    const random = seeded(4242);
    const pick = (n: number): number => Math.floor(random() * n);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      let bytes = Buffer.from(originals[pick(originals.length)]!);
      for (let edits = 1 + pick(4); edits > 0; edits--) bytes = mutate(bytes, pick);
      const outcome = handle(bytes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const ack = parseAck(
        buildAck(bytes, {
          code: 'AE',
          errors: [{ code0357: '199', severity: 'E', text: outcome }],
          now: new Date(0),
          controlId: '1',
        }),
      );
      expect(ack.ok && ack.value.errors[0]?.text).toBe(outcome);
    }
    // The mutations reach both the syntax and the sense of messages, else the test would prove little.
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(['report', 'omi', 'unreadable', 'damaged-document', 'missing-field']),
    );
  });

  it('of hostile shapes cost a bounded work', () => {
    const head = 'MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\r';
    const size = 5_000_000;
    for (const filler of ['|', '~', '^', '&', '\\', '\r', '\rA', 'PID|1\r', '\\X41\\', 'A', '\0', '\x1c']) {
      const bytes = Buffer.from(head + `PID|1||${filler.repeat(size / filler.length)}`);
      expect(typeof handle(bytes)).toBe('string');
    }
  });

  function mutate(bytes: Buffer, pick: (n: number) => number): Buffer<ArrayBuffer> {
    const at = pick(bytes.length);
    const copy = Buffer.from(bytes);
    switch (pick(6)) {
      case 0:
        copy[at] = pick(256);
        return copy;
      case 1:
        copy[at] = STRUCTURE[pick(STRUCTURE.length)]!;
        return copy;
      case 2:
        return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + pick(30))]);
      case 3:
        return Buffer.concat([copy.subarray(0, at), copy.subarray(pick(at + 1), at), copy.subarray(at)]);
      case 4:
        return Buffer.from(copy.subarray(0, at));
      default:
        return Buffer.concat([copy.subarray(0, at), Buffer.of(STRUCTURE[pick(STRUCTURE.length)]!), copy.subarray(at)]);
    }
  }
});

function handle(bytes: Buffer): string {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return syntaxProblem(parsed.problem).kind;
  const kind = classifyMessage(parsed.value);
  if (kind.kind === 'omi') {
    const omi = readOmi(parsed.value);
    return omi.ok ? 'omi' : omi.problem.kind;
  }
  if (kind.kind !== 'report') return kind.kind;
  const report = readReportMessage(parsed.value);
  return report.ok ? 'report' : report.problem.kind;
}
