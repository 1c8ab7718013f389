/** `malformed`: bytes that are no PDU. `limit`: a bound of length or count was reached. The message holds no content. */
export class PduError extends Error {
  constructor(
    readonly kind: 'malformed' | 'limit',
    reason: string,
  ) {
    super(reason);
    this.name = 'PduError';
  }
}
