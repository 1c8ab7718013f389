import { parseMessage } from '../message/parse.js';
import { readOmi } from './read-omi.js';

function read(segments: string, profile = ''): ReturnType<typeof readOmi> {
  const parsed = parseMessage(
    Buffer.from(`MSH|^~\\&|P|S|D|S|20260102||OMI^O23^OMI_O23|7|P|2.5.1|||||||||${profile}\rORC|XO\r${segments}`),
  );
  if (!parsed.ok) throw new Error(parsed.problem.kind);
  return readOmi(parsed.value);
}
const refusal = (segments: string): unknown => {
  const result = read(segments);
  return result.ok ? 'accepted' : [result.problem.kind, result.problem.hl7.code0357, result.problem.hl7.location];
};

describe('OMI^O23', () => {
  it('lists each study once, with its first accession number', () => {
    expect(read('IPC|ACC1^^1.2^ISO|RP|1.2.3.4\rIPC|ACC2|RP|1.2.3.4\rIPC||RP|1.2.3.5^^1.9^ISO')).toEqual({
      ok: true,
      value: {
        flow: 'study-update',
        controlId: '7',
        messageTime: '20260102',
        orderControl: 'XO',
        studies: [{ uid: '1.2.3.4', accession: 'ACC1' }, { uid: '1.2.3.5' }],
      },
    });
  });

  it('recognises the teleradiology flow', () => {
    const result = read('IPC|A|RP|1.2.3', '1.0^CISIS_TLR_HL7_V2');
    expect(result.ok && result.value.flow).toBe('teleradiology');
  });

  it('refuses what names no study', () => {
    expect(refusal('OBR|1')).toEqual(['missing-segment', '100', { segment: 'IPC' }]);
    expect(refusal('IPC|A|RP|1.2\rIPC|A|RP')).toEqual([
      'missing-field',
      '101',
      { segment: 'IPC', sequence: 2, field: 3 },
    ]);
    for (const uid of ['abc', '1.2.03', '1..2', '1.2.', '9.1', `1.${'2'.repeat(63)}`]) {
      expect(refusal(`IPC|A|RP|${uid}`)).toEqual(['forbidden-value', '102', { segment: 'IPC', sequence: 1, field: 3 }]);
    }
    expect(refusal(Array.from({ length: 51 }, (_, i) => `IPC|A|RP|1.2.${i}`).join('\r'))).toEqual([
      'forbidden-value',
      '198',
      { segment: 'IPC', sequence: 51, field: 3 },
    ]);
  });
});
