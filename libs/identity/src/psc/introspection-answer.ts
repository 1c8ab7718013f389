import { secondsOf, textOf } from '../json.js';
import type { JsonObject } from '../json.js';

/** What an answer must say for its token to be good. */
export interface IntrospectionRules {
  readonly issuer: string;
  /** Levels of authentication that are known. */
  readonly acceptedAcr: readonly string[];
  /** The clients whose tokens are taken; absent: any client of the provider. */
  readonly allowedClients?: readonly string[];
  readonly clockSkewSeconds: number;
}

/** An active token, without the token. */
export interface ActiveToken {
  readonly subject: string;
  readonly clientId: string;
  readonly acr: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** For logs and the audit trail; a random id, never the token. */
  readonly jti?: string;
  readonly sessionState?: string;
  readonly nationalId?: string;
}

export type TokenRefusal =
  'inactive' | 'expired' | 'wrong-issuer' | 'wrong-client' | 'wrong-type' | 'acr' | 'scope' | 'unreadable';

export type IntrospectionVerdict =
  | { readonly ok: true; readonly token: ActiveToken }
  /** `claim` is the name of what is wrong. */
  | { readonly ok: false; readonly kind: TokenRefusal; readonly claim?: string };

const no = (kind: TokenRefusal, claim?: string): IntrospectionVerdict => ({ ok: false, kind, ...(claim && { claim }) });

/** Judges an introspection answer (RFC 7662 §2.2 with the members of Pro Santé Connect). `now` in milliseconds. */
export const judgeAnswer = (answer: JsonObject, rules: IntrospectionRules, now: number): IntrospectionVerdict => {
  if (typeof answer['active'] !== 'boolean') return no('unreadable', 'active');
  if (!answer['active']) return no('inactive');
  if (answer['iss'] !== rules.issuer) return no('wrong-issuer', 'iss');

  const expiresAt = secondsOf(answer['exp']);
  if (expiresAt === undefined) return no('unreadable', 'exp');
  if (expiresAt + rules.clockSkewSeconds <= now / 1000) return no('expired', 'exp');
  if (answer['typ'] !== 'Bearer') return no('wrong-type', 'typ');

  const clientId = textOf(answer['client_id']) ?? textOf(answer['azp']);
  if (clientId === undefined) return no('unreadable', 'client_id');
  if (rules.allowedClients && !rules.allowedClients.includes(clientId)) return no('wrong-client', 'client_id');

  const acr = textOf(answer['acr']);
  if (acr === undefined || !rules.acceptedAcr.includes(acr)) return no('acr', 'acr');
  const scope = typeof answer['scope'] === 'string' ? answer['scope'].split(' ') : [];
  if (!scope.includes('openid')) return no('scope', 'scope');

  const subject = textOf(answer['sub']);
  if (subject === undefined) return no('unreadable', 'sub');
  const optional = {
    jti: textOf(answer['jti']),
    sessionState: textOf(answer['session_state']),
    nationalId: textOf(answer['SubjectNameID']),
  };
  const known = Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== undefined));
  return { ok: true, token: { subject, clientId, acr, expiresAt, ...known } };
};
