/**
 * Why a frame was not coded. `malformed`: bytes that are no such codestream, or one of another image. `unsupported`: valid, but not
 * coded here. `limit`: a bound of memory or size. `timeout`: it took too long. `crashed`: its thread died. `busy`: the queue
 * is full. `stopped`: the pool was closed, or the caller gave up.
 */
export type CodecErrorKind = 'malformed' | 'unsupported' | 'limit' | 'timeout' | 'crashed' | 'busy' | 'stopped';

/** The message never holds pixels nor attributes. */
export class CodecError extends Error {
  constructor(
    readonly kind: CodecErrorKind,
    reason: string,
  ) {
    super(reason);
    this.name = 'CodecError';
  }
}
