/** A fault of configuration or of the caller; what the outside may cause is a return value instead. */
export class XdsError extends Error {
  constructor(
    readonly code: 'invalid-signer' | 'invalid-url' | 'invalid-certificate' | 'replaced-entry-missing',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'XdsError';
  }
}
