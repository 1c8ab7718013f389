/** A fault of configuration or of the caller; what the outside may cause is a return value instead. */
export class IdentityError extends Error {
  constructor(
    readonly code: 'invalid-setting' | 'invalid-key' | 'invalid-certificate',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'IdentityError';
  }
}
