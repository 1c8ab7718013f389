import { DrimError } from '@drimbox/contracts';

/**
 * SQLSTATE classes and codes (PostgreSQL manual, appendix A) that mean "the store cannot take this now": connection
 * lost (08), resources such as a full disk or too many sessions (53), operator intervention (57), I/O error (58),
 * and a server that is read-only (25006). The same statement may succeed later.
 */
const UNAVAILABLE = /^(08|53|57|58)|^25006$/;
/** Node's codes of a connection that could not be made or was cut. */
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
/** The driver gives these no code. */
const DRIVER = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const UNIQUE_VIOLATION = '23505';

/** SQLSTATE or network code of a thrown value. */
export const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

export const isContention = (error: unknown): boolean =>
  [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(codeOf(error) ?? '');

/** Was this unique constraint (any, when not named) violated? */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  codeOf(error) === UNIQUE_VIOLATION &&
  (constraint === undefined || (error as { constraint?: string }).constraint === constraint);

export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return NETWORK.has(code) || UNAVAILABLE.test(code);
  return error instanceof Error && DRIVER.test(error.message);
}

/** What callers see: DRIM-105 for a store that cannot answer now, anything else as it is. */
export function mapSqlError(error: unknown): unknown {
  if (error instanceof DrimError || !isUnavailable(error)) return error;
  return new DrimError('DRIM-105', codeOf(error), { cause: error });
}
