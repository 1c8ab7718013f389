import { AuthorizationResponseError } from 'openid-client';
import { HttpFault } from '../http/http-fault.js';
import { failure } from './login.js';
import type { Failure, LoginFailure } from './login.js';

/** What an error of openid-client and those below it say: the claim they are about, and their texts. */
const detailsOf = (error: unknown): { readonly claim?: string; readonly text: string } => {
  let text = '';
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { cause } = at;
    text += ` ${at.message}`;
    if (typeof cause === 'object' && cause !== null && 'claim' in cause && typeof cause.claim === 'string')
      return { claim: cause.claim, text };
  }
  return { text };
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
  } = error as {
    readonly error?: unknown;
    readonly status?: unknown;
    readonly code?: unknown;
  };
  if (typeof oauthError === 'string') {
    if (oauthError === 'invalid_client' || oauthError === 'unauthorized_client') return failure('client', oauthError);
    return typeof status === 'number' && status >= 500
      ? failure('unreachable', oauthError)
      : failure('code', oauthError);
  }
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return failure('unreachable', code);
  const { claim, text } = detailsOf(error);
  if (claim === 'nonce') return failure('nonce');
  const cause = claim ?? (typeof code === 'string' ? code : undefined);
  const aboutToken = claim !== undefined || /JWT|JWE|JWS|ID Token|algorithm|decrypt/i.test(text);
  return failure(aboutToken ? 'id-token' : 'unreadable', cause);
};
