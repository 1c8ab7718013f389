/** Source and reason of an A-ABORT (PS3.8 Table 9-26). */
export interface AbortCause {
  readonly source: number;
  readonly reason: number;
}

const invalidParameter: AbortCause = { source: 2, reason: 6 };

/** Those we send. Above the PDUs, in DIMSE, we are the service user, which gives no reason. */
export const AbortCauses = {
  byUser: { source: 0, reason: 0 },
  unrecognizedPdu: { source: 2, reason: 1 },
  unexpectedPdu: { source: 2, reason: 2 },
  invalidParameter,
} as const satisfies Record<string, AbortCause>;

/** `malformed`: bytes that are no PDU. `limit`: a bound of length or count was reached. The message holds no content. */
export class PduError extends Error {
  constructor(
    readonly kind: 'malformed' | 'limit',
    reason: string,
    readonly abortCause = invalidParameter,
  ) {
    super(reason);
    this.name = 'PduError';
  }
}
