export type HttpFaultKind = 'unreachable' | 'timeout' | 'too-large' | 'forbidden';

/** Why an exchange with a provider has no answer. `cause` codes may be logged; nothing here quotes a body or a token. */
export class HttpFault extends Error {
  constructor(
    readonly kind: HttpFaultKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HttpFault';
  }

  /** The fault below an error, whatever library wrapped it. */
  static in(error: unknown): HttpFault | undefined {
    for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1)
      if (at instanceof HttpFault) return at;
    return undefined;
  }

  static of(error: unknown): HttpFault {
    const known = HttpFault.in(error);
    if (known) return known;
    const { name, code } = innermost(error);
    if (name === 'TimeoutError' || name === 'AbortError' || code === 'UND_ERR_CONNECT_TIMEOUT')
      return new HttpFault('timeout', 'no answer in time', { cause: error });
    return new HttpFault('unreachable', code ?? name, { cause: error });
  }
}

/** Errors of another realm are no instance of ours: their shape is what is read. */
const innermost = (error: unknown): { readonly name: string; readonly code?: string } => {
  let at = error as { name?: unknown; code?: unknown; cause?: unknown } | undefined;
  for (let depth = 0; depth < 8 && typeof at?.cause === 'object' && at.cause !== null; depth += 1) at = at.cause;
  return {
    name: typeof at?.name === 'string' ? at.name : 'Error',
    ...(typeof at?.code === 'string' ? { code: at.code } : {}),
  };
};
