import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metadata } from '../provider/provider-metadata.js';
import { failure } from './login.js';
import type { Failure, LoginTransaction } from './login.js';

const MAX_CALLBACK_CHARS = 8192;

/**
 * Is this callback the answer to our question, from the provider we asked? Checked before anything is sent: state (login
 * CSRF), `iss` (mix-up, RFC 9207), address, no parameter twice. A refusal of the user only counts with the right state.
 */
export const checkCallback = (
  callbackUrl: string,
  transaction: LoginTransaction,
  metadata: Metadata,
): { readonly ok: true; readonly url: URL } | Failure<'callback' | 'state' | 'issuer' | 'denied'> => {
  if (callbackUrl.length > MAX_CALLBACK_CHARS || !URL.canParse(callbackUrl)) return failure('callback', 'url');
  const url = new URL(callbackUrl);
  const expected = new URL(transaction.redirectUri);
  if (url.origin !== expected.origin || url.pathname !== expected.pathname) return failure('callback', 'redirect_uri');
  const names = [...url.searchParams.keys()];
  if (new Set(names).size !== names.length) return failure('callback', 'repeated');

  if (!same(url.searchParams.get('state') ?? '', transaction.state)) return failure('state');
  const issuer = url.searchParams.get('iss');
  const mustName = metadata.authorization_response_iss_parameter_supported === true;
  if (issuer === null ? mustName : issuer !== metadata.issuer)
    return failure('issuer', issuer === null ? 'absent' : 'other');

  const error = url.searchParams.get('error');
  if (error !== null) return failure('denied', /^[a-z_]{1,40}$/.test(error) ? error : 'error');
  return url.searchParams.get('code') ? { ok: true, url } : failure('callback', 'code');
};

/** Compared by hash: neither length nor content is told by the time taken. */
const same = (given: string, expected: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(expected).digest());
