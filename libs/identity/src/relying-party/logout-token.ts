import { isObject, secondsOf, textOf } from '../json.js';
import type { JsonObject } from '../json.js';
import { failure } from './login.js';
import type { LogoutRequest } from './login.js';

/** `typ` of a logout token: explicit since the final text, absent or plain before it (Back-Channel Logout §2.4). */
export const LOGOUT_TOKEN_TYPES = ['logout+jwt', 'jwt', ''] as const;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Seconds from `iat` in which a logout token is taken, when it names no shorter `exp`. */
export const LOGOUT_TOKEN_SECONDS = 300;

export interface LogoutTokenRules {
  readonly issuer: string;
  readonly clientId: string;
  readonly clockSkewSeconds: number;
}

/** Judges the claims of a verified logout token (OpenID Connect Back-Channel Logout §2.6). `now` in milliseconds. */
export const judgeLogoutToken = (claims: JsonObject, rules: LogoutTokenRules, now: number): LogoutRequest => {
  const seconds = now / 1000;
  if (claims['iss'] !== rules.issuer) return failure('token', 'iss');
  const audience: readonly unknown[] = Array.isArray(claims['aud']) ? (claims['aud'] as unknown[]) : [claims['aud']];
  if (!audience.includes(rules.clientId)) return failure('token', 'aud');
  // An ID token has a nonce and no event: it must never pass for a logout.
  if (claims['nonce'] !== undefined) return failure('token', 'nonce');
  const events = claims['events'];
  if (!isObject(events) || !isObject(events[LOGOUT_EVENT])) return failure('token', 'events');
  const issuedAt = secondsOf(claims['iat']);
  if (issuedAt === undefined || Math.abs(seconds - issuedAt) > LOGOUT_TOKEN_SECONDS) return failure('token', 'iat');
  const expiresAt = claims['exp'] === undefined ? Infinity : secondsOf(claims['exp']);
  if (expiresAt === undefined || expiresAt + rules.clockSkewSeconds <= seconds) return failure('token', 'exp');
  if (textOf(claims['jti']) === undefined) return failure('token', 'jti');
  const subject = textOf(claims['sub']);
  const sid = textOf(claims['sid']);
  if (subject === undefined && sid === undefined) return failure('token', 'sub');
  return { ok: true, ...(subject && { subject }), ...(sid && { sid }) };
};
