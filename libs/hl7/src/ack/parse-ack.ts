import { parseMessage, type ParseProblem } from '../message/parse.js';
import type { Segment } from '../message/segment.js';

/** An error of an acknowledgement as its sender wrote it; absent parts are ''. */
export interface ReceivedError {
  readonly segment: string;
  readonly sequence: string;
  readonly field: string;
  readonly component: string;
  readonly code0357: string;
  readonly severity: string;
  readonly applicationCode: string;
  readonly applicationText: string;
  readonly diagnostic: string;
  readonly text: string;
}

export interface ReceivedAck {
  /** MSA-1. */
  readonly code: string;
  /** MSA-2: MSH-10 of the message acknowledged. */
  readonly controlId: string;
  readonly event: string;
  readonly errors: readonly ReceivedError[];
}

export type ParseAckResult =
  { ok: true; value: ReceivedAck } | { ok: false; problem: ParseProblem | { readonly kind: 'no-msa' } };

/** Reads an acknowledgement, for tools and simulators. */
export function parseAck(bytes: Buffer): ParseAckResult {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return parsed;
  const msa = parsed.value.first('MSA');
  if (!msa) return { ok: false, problem: { kind: 'no-msa' } };
  return {
    ok: true,
    value: {
      code: msa.text(1),
      controlId: msa.text(2),
      event: parsed.value.text('MSH', 9, 2),
      errors: parsed.value.all('ERR').map(readError),
    },
  };
}

const readError = (err: Segment): ReceivedError => ({
  segment: err.text(2, 1),
  sequence: err.text(2, 2),
  field: err.text(2, 3),
  component: err.text(2, 5),
  code0357: err.text(3, 1),
  severity: err.text(4),
  applicationCode: err.text(5, 1),
  applicationText: err.text(5, 2),
  diagnostic: err.text(7),
  text: err.text(8),
});
