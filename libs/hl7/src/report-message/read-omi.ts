import type { Message } from '../message/parse.js';
import { optional } from './optional.js';
import { problem, refused, type Read } from './problem.js';
import { TELERADIOLOGY_PROFILE } from './vocabulary.js';

export interface OmiMessage {
  /** `teleradiology` is another use of OMI^O23 (interop §2): it does not say that a study changed. */
  readonly flow: 'study-update' | 'teleradiology';
  readonly controlId: string;
  readonly messageTime: string;
  /** ORC-1: informative, the decision comes from the PACS (interop §2). */
  readonly orderControl: string;
  readonly studies: readonly OmiStudy[];
}

export interface OmiStudy {
  /** IPC-3.1: Study Instance UID. */
  readonly uid: string;
  /** IPC-1. */
  readonly accession?: string;
}

/** DICOM UID (PS3.5 §9.1). */
const UID = /^[0-2](?:\.(?:0|[1-9][0-9]*))+$/;
const MAX_UID = 64;
const MAX_STUDIES = 50;

/** Reads the notice "this study changed" (OMI^O23, HL7 v2.5.1): one IPC per study, repeats of a study counted once. */
export function readOmi(message: Message): Read<OmiMessage> {
  const segments = message.all('IPC');
  if (segments.length === 0) {
    return refused(problem('missing-segment', '100', 'IPC is missing', { segment: 'IPC' }));
  }
  const studies = new Map<string, OmiStudy>();
  for (const ipc of segments) {
    const at = { segment: 'IPC', sequence: ipc.sequence, field: 3 };
    const uid = ipc.text(3);
    if (uid === '') return refused(problem('missing-field', '101', 'IPC-3 is empty', at));
    if (uid.length > MAX_UID || !UID.test(uid)) {
      return refused(problem('forbidden-value', '102', 'IPC-3 is not a DICOM UID', at));
    }
    if (!studies.has(uid)) studies.set(uid, { uid, ...optional('accession', ipc.text(1)) });
    if (studies.size > MAX_STUDIES) {
      return refused(problem('forbidden-value', '198', `${MAX_STUDIES} studies at most`, at));
    }
  }
  return {
    ok: true,
    value: {
      flow: message.text('MSH', 21, 2) === TELERADIOLOGY_PROFILE ? 'teleradiology' : 'study-update',
      controlId: message.text('MSH', 10),
      messageTime: message.text('MSH', 7),
      orderControl: message.text('ORC', 1),
      studies: [...studies.values()],
    },
  };
}
