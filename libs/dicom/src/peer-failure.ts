/**
 * Why a peer gave no answer:
 * `unreachable` no connection, or lost without an A-ABORT · `timeout` no answer in time · `rejected` A-ASSOCIATE-RJ ·
 * `aborted` A-ABORT or a release nobody asked for · `refused` no presentation context, or a DIMSE failure (`status`) ·
 * `malformed` unreadable answer · `limit` one of our bounds · `cancelled` by our AbortSignal, or a C-CANCEL took effect.
 */
export type FailureKind =
  'unreachable' | 'timeout' | 'rejected' | 'aborted' | 'refused' | 'malformed' | 'limit' | 'cancelled';

/** `detail` is for operators: words of the standard, system error codes, bounds; never a value of a data set. */
export interface PeerFailure {
  readonly kind: FailureKind;
  readonly detail: string;
  /** DIMSE status, when the peer gave one (PS3.7 Annex C). */
  readonly status?: number;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: PeerFailure };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });

export const failed = (
  kind: FailureKind,
  detail: string,
  status?: number,
): { readonly ok: false; readonly failure: PeerFailure } => ({
  ok: false,
  failure: status === undefined ? { kind, detail } : { kind, detail, status },
});
