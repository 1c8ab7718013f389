import type { Message } from '../message/parse.js';
import { problem, type MessageProblem, type Warning } from './problem.js';
import { CDA_PROFILE, VERSIONS } from './vocabulary.js';

/** Segments a report cannot do without (interop §1.2); PV1 is optional in an ORU. */
const SEGMENTS: Readonly<Record<'ORU' | 'MDM', readonly string[]>> = {
  ORU: ['PID', 'ORC', 'OBR', 'OBX'],
  MDM: ['EVN', 'PID', 'PV1', 'ORC', 'OBR', 'TXA', 'OBX'],
};

/**
 * Fields this product needs, among those the volet requires. MSH-17, 18 and 21 have an obvious meaning when empty, and the ANS's own
 * messages break the rules of TXA (interop §1.4): none of those refuses a message.
 */
const FIELDS: readonly (readonly [segment: string, field: number])[] = [
  ['MSH', 3],
  ['MSH', 4],
  ['MSH', 5],
  ['MSH', 6],
  ['MSH', 7],
  ['MSH', 10],
  ['MSH', 11],
  ['MSH', 12],
  ['PID', 3],
  ['PID', 5],
  ['PV1', 2],
  ['ORC', 1],
  ['OBR', 4],
];

/** MSH-10 is 20 characters in v2.5 and 199 from v2.7 on; it is a key of ours. */
const MAX_CONTROL_ID = 199;

/** First fault of the header and of what must be present; warnings are added on the way. */
export function checkEnvelope(
  message: Message,
  type: 'ORU' | 'MDM',
  strictVersion: boolean,
  warnings: Warning[],
): MessageProblem | undefined {
  if (!['P', 'T', 'D'].includes(message.text('MSH', 11))) {
    const empty = message.first('MSH')?.isEmpty(11);
    const at = { segment: 'MSH', field: 11 };
    return empty
      ? problem('missing-field', '101', 'MSH-11 is empty', at)
      : problem('unsupported-processing-id', '202', 'MSH-11 accepted: P, T, D', at);
  }
  const version = message.text('MSH', 12);
  if (version !== VERSIONS[type] && version !== '') {
    const at = { segment: 'MSH', field: 12 };
    const detail = `MSH-12 of ${type}: ${VERSIONS[type]} expected`;
    if (strictVersion) return problem('unsupported-version', '203', detail, at);
    warnings.push({ kind: 'unexpected-version', location: at, detail });
  }
  const absent = SEGMENTS[type].find((name) => !message.first(name));
  if (absent) return problem('missing-segment', '100', `${absent} is missing`, { segment: absent });
  for (const [segment, field] of FIELDS) {
    if (message.first(segment)?.isEmpty(field)) {
      return problem('missing-field', '101', `${segment}-${field} is empty`, { segment, field });
    }
  }
  if (message.text('MSH', 10).length > MAX_CONTROL_ID) {
    return problem('forbidden-value', '102', `MSH-10: ${MAX_CONTROL_ID} characters at most`, {
      segment: 'MSH',
      field: 10,
    });
  }
  if (`${message.text('MSH', 21, 1)}^${message.text('MSH', 21, 2)}` !== CDA_PROFILE) {
    const detail = `MSH-21: ${CDA_PROFILE} expected`;
    warnings.push({ kind: 'unexpected-profile', location: { segment: 'MSH', field: 21 }, detail });
  }
  return undefined;
}
