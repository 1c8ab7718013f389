import { AuthorizationResponseError } from 'openid-client';
import { HttpFault } from '../http/http-fault.js';
import { failure } from './login.js';
import type { Failure, LoginFailure } from './login.js';

/** The claim or attribute an error of openid-client is about. */
const claimOf = (error: unknown): string | undefined => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { cause } = at;
    if (typeof cause === 'object' && cause !== null && 'claim' in cause && typeof cause.claim === 'string')
      return cause.claim;
  }
  return undefined;
};

/** What went wrong at the token endpoint. */
export const grantFailure = (error: unknown): Failure<LoginFailure> => {
  const fault = HttpFault.in(error);
  if (fault) return failure(fault.kind === 'too-large' ? 'unreadable' : 'unreachable', fault.message);
  if (error instanceof AuthorizationResponseError) return failure('denied', error.error);
  const {
    error: oauthError,
    status,
    code,
    message,
  } = error as {
    readonly error?: unknown;
    readonly status?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
  };
  if (typeof oauthError === 'string') {
    if (oauthError === 'invalid_client' || oauthError === 'unauthorized_client') return failure('client', oauthError);
    return typeof status === 'number' && status >= 500
      ? failure('unreachable', oauthError)
      : failure('code', oauthError);
  }
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return failure('unreachable', code);
  const claim = claimOf(error);
  if (claim === 'nonce') return failure('nonce');
  const text = typeof message === 'string' ? message : '';
  const cause = claim ?? (typeof code === 'string' ? code : undefined);
  const aboutToken = claim !== undefined || /JWT|JWE|JWS|ID Token|algorithm|decrypt/i.test(`${text} ${String(code)}`);
  return failure(aboutToken ? 'id-token' : 'unreadable', cause);
};
