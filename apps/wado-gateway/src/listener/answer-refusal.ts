import { type ErrorCode, ERRORS } from '@drimbox/contracts';
import type { ServerResponse } from 'node:http';

/** What a refused peer reads: a code for machines, words for people, nothing of what exists here. */
export interface RefusalBody {
  readonly code: ErrorCode;
  readonly message: string;
  /** May the same request succeed later, nothing changed? */
  readonly retryable: boolean;
}

export interface RefusalAnswer {
  readonly code: ErrorCode;
  readonly language: 'fr' | 'en';
  readonly retrySeconds?: number;
  /** The connection is not kept: its peer has no right to be here. */
  readonly hangUp?: boolean;
}

/** When the table says "later" and the refusal does not say when. */
const RETRY_SECONDS = 10;

export function answerRefusal(response: ServerResponse, { code, language, retrySeconds, hangUp }: RefusalAnswer): void {
  const entry = ERRORS[code];
  const body: RefusalBody = { code, message: entry[language], retryable: entry.retryable };
  const bytes = Buffer.from(JSON.stringify(body));
  const retry = retrySeconds ?? (entry.retryable ? RETRY_SECONDS : undefined);
  // The table's 400 of "invalid request" is here a method that the resource does not have.
  const status = code === 'DRIM-102' ? 405 : entry.http;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(retry !== undefined && { 'retry-after': String(retry) }),
    ...(status === 401 && { 'www-authenticate': code === 'DRIM-704' ? 'Bearer' : 'Bearer error="invalid_token"' }),
    ...(status === 405 && { allow: 'GET, OPTIONS' }),
    ...(hangUp && { connection: 'close' }),
  });
  response.end(bytes);
}
