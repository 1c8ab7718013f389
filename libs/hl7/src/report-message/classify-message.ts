import type { Message } from '../message/parse.js';
import { problem, type MessageProblem } from './problem.js';
import { OPERATIONS } from './vocabulary.js';

export type MessageClass =
  | { readonly kind: 'report'; readonly type: 'ORU' | 'MDM'; readonly event: string }
  | { readonly kind: 'omi' }
  /** Never to be acknowledged: two systems would answer each other for ever. */
  | { readonly kind: 'ack' }
  | { readonly kind: 'unsupported'; readonly problem: MessageProblem };

/** What a message is for, by MSH-9 alone. */
export function classifyMessage(message: Message): MessageClass {
  const type = message.text('MSH', 9, 1);
  const event = message.text('MSH', 9, 2);
  const at = { segment: 'MSH', field: 9 };
  switch (type) {
    case 'ACK':
      return { kind: 'ack' };
    case 'ORU':
      if (event === 'R01') return { kind: 'report', type, event };
      break;
    case 'MDM':
      if (OPERATIONS.some(({ mdmEvent }) => mdmEvent === event)) return { kind: 'report', type, event };
      break;
    case 'OMI':
      if (event === 'O23') return { kind: 'omi' };
      break;
    case '':
      return { kind: 'unsupported', problem: problem('missing-field', '101', 'MSH-9 is empty', at) };
    default:
      return {
        kind: 'unsupported',
        problem: problem('unsupported-type', '200', 'message types accepted: ORU, MDM, OMI', { ...at, component: 1 }),
      };
  }
  return {
    kind: 'unsupported',
    problem: problem('unsupported-event', '201', 'events accepted: ORU^R01, MDM^T02, MDM^T04, MDM^T10, OMI^O23', {
      ...at,
      component: 2,
    }),
  };
}
