import { createHash } from 'node:crypto';
import { secondsOf, textOf } from '../json.js';
import type { JsonObject } from '../json.js';
import { failure } from './login.js';
import type { Authentication, Failure } from './login.js';

export interface IdTokenRules {
  readonly issuer: string;
  readonly clientId: string;
  readonly acceptedAcr: readonly string[];
  readonly clockSkewSeconds: number;
  /** Absent for the ID token of a refresh, which repeats the first nonce or none (Core §12.2). */
  readonly nonce?: string;
  /** Of a refresh: the user must stay the same. */
  readonly subject?: string;
  readonly accessToken: string;
}

export type JudgedIdToken =
  | { readonly ok: true; readonly subject: string; readonly sid?: string; readonly authentication: Authentication }
  | Failure<'id-token' | 'nonce' | 'acr'>;

/** Judges the claims of a verified ID token (OpenID Connect Core §3.1.3.7). `now` in milliseconds. */
export const judgeIdToken = (claims: JsonObject, rules: IdTokenRules, now: number): JudgedIdToken => {
  const seconds = now / 1000;
  if (claims['iss'] !== rules.issuer) return failure('id-token', 'iss');
  const audience: readonly unknown[] = Array.isArray(claims['aud']) ? (claims['aud'] as unknown[]) : [claims['aud']];
  if (!audience.includes(rules.clientId)) return failure('id-token', 'aud');
  // Several audiences: it must be our own request (azp). An azp that is not us is refused in all cases.
  if (claims['azp'] === undefined ? audience.length > 1 : claims['azp'] !== rules.clientId)
    return failure('id-token', 'azp');
  const expiresAt = secondsOf(claims['exp']);
  if (expiresAt === undefined || expiresAt + rules.clockSkewSeconds <= seconds) return failure('id-token', 'exp');
  const issuedAt = secondsOf(claims['iat']);
  if (issuedAt === undefined || issuedAt - rules.clockSkewSeconds > seconds) return failure('id-token', 'iat');
  const notBefore = claims['nbf'] === undefined ? 0 : secondsOf(claims['nbf']);
  if (notBefore === undefined || notBefore - rules.clockSkewSeconds > seconds) return failure('id-token', 'nbf');
  const subject = textOf(claims['sub']);
  if (subject === undefined || (rules.subject !== undefined && rules.subject !== subject))
    return failure('id-token', 'sub');
  if (rules.nonce !== undefined && claims['nonce'] !== rules.nonce) return failure('nonce');
  if (claims['at_hash'] !== undefined && claims['at_hash'] !== halfHash(rules.accessToken))
    return failure('id-token', 'at_hash');
  const acr = textOf(claims['acr']);
  if (acr === undefined || !rules.acceptedAcr.includes(acr)) return failure('acr', acr ?? 'absent');
  const sid = textOf(claims['sid']) ?? textOf(claims['session_state']);
  const authTime = secondsOf(claims['auth_time']);
  return {
    ok: true,
    subject,
    ...(sid && { sid }),
    authentication: { acr, amr: amrOf(claims['amr']), ...(authTime && { authTime }) },
  };
};

/** Left half of the hash of the token (Core §3.1.3.6); every algorithm we take uses SHA-256. */
const halfHash = (token: string): string =>
  createHash('sha256').update(token, 'ascii').digest().subarray(0, 16).toString('base64url');

/** A list by the standard, one text in some providers. */
const amrOf = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((method) => textOf(method) ?? []).slice(0, 16);
