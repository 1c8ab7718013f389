import type { AckCode, ErrorLocation, Severity } from '../ack/build-ack.js';
import type { Code0357 } from '../ack/table-0357.js';
import type { ParseProblem } from '../message/parse.js';

export type ProblemKind =
  | 'unreadable'
  | 'unsupported-type'
  | 'unsupported-event'
  | 'unsupported-version'
  | 'unsupported-processing-id'
  | 'missing-segment'
  | 'missing-field'
  | 'incoherent-intent'
  | 'forbidden-value'
  | 'no-document'
  | 'several-documents'
  | 'damaged-document'
  | 'not-a-document';

/** Why a message is refused, with all an acknowledgement needs. `detail` is English and holds no value of the message but codes. */
export interface MessageProblem {
  readonly kind: ProblemKind;
  readonly hl7: {
    readonly ackCode: AckCode;
    readonly code0357: Code0357;
    readonly severity: Severity;
    readonly location?: ErrorLocation;
  };
  readonly detail: string;
}

/** A refusal for good: the same message sent again would fail again (AE, interop §1.3). */
export const problem = (
  kind: ProblemKind,
  code0357: Code0357,
  detail: string,
  location?: ErrorLocation,
): MessageProblem => ({
  kind,
  hl7: { ackCode: 'AE', code0357, severity: 'E', ...(location ? { location } : {}) },
  detail,
});

/** The refusal that goes with a message that could not be parsed. */
export function syntaxProblem({ kind, line }: ParseProblem): MessageProblem {
  const detail = line === undefined ? kind : `${kind} (segment ${line})`;
  switch (kind) {
    case 'unknown-charset':
      return problem('unreadable', '103', detail, { segment: 'MSH', field: 18 });
    case 'bad-encoding':
      return problem('unreadable', '102', detail, { segment: 'MSH', field: 18 });
    case 'no-header':
      return problem('unreadable', '100', detail, { segment: 'MSH' });
    case 'too-many-segments':
    case 'too-many-fields':
    case 'too-many-repetitions':
      return problem('unreadable', '198', detail);
    case 'bad-segment':
      return problem('unreadable', '100', detail);
  }
}

export type Read<T> = { ok: true; value: T } | { ok: false; problem: MessageProblem };
export const refused = (found: MessageProblem): { ok: false; problem: MessageProblem } => ({
  ok: false,
  problem: found,
});

/** Something odd that did not stop the message: to be traced. */
export interface Warning {
  readonly kind:
    | 'unexpected-version'
    | 'unexpected-profile'
    | 'missing-flag'
    | 'padding-repaired'
    | 'type-mismatch'
    | 'missing-document-id'
    | 'missing-sender';
  readonly location: ErrorLocation;
  readonly detail: string;
}
