import { HttpFault } from '../http/http-fault.js';
import type { HttpFetch } from '../http/identity-http.js';
import type { KeySet } from '../jose/key-set.js';
import type { TokenPolicy } from '../jose/token-policy.js';
import { verifyToken } from '../jose/verify-token.js';
import { parseJsonObject } from '../json.js';
import type { JsonObject } from '../json.js';

export interface UserinfoRequest {
  readonly url: string;
  readonly accessToken: string;
  readonly fetch: HttpFetch;
  /** Compared with `sub` (OpenID Connect Core §5.3.2): an answer about somebody else is no answer. */
  readonly subject: string;
  readonly signed: {
    readonly policy: TokenPolicy;
    readonly keys: KeySet;
    readonly issuer: string;
    readonly audience: string;
    /** True: a bare JSON answer is refused. */
    readonly required: boolean;
  };
}

export type UserinfoAnswer =
  | { readonly ok: true; readonly claims: JsonObject }
  | {
      readonly ok: false;
      readonly kind: 'refused' | 'unreachable' | 'unreadable' | 'other-subject';
      readonly cause: string;
    };

/** Asks who the bearer of a token is. JSON, or a signed (and perhaps encrypted) token as the policy says. */
export const askUserinfo = async (request: UserinfoRequest): Promise<UserinfoAnswer> => {
  let status: number;
  let type: string;
  let body: string;
  try {
    const response = await request.fetch(request.url, {
      headers: { authorization: `Bearer ${request.accessToken}`, accept: 'application/json, application/jwt' },
    });
    status = response.status;
    type = (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
    body = await response.text();
  } catch (error) {
    const fault = HttpFault.of(error);
    return no(fault.kind === 'too-large' ? 'unreadable' : 'unreachable', fault.message);
  }
  if (status === 401 || status === 403) return no('refused', `http:${status}`);
  if (status !== 200) return no('unreachable', `http:${status}`);
  const claims = await readClaims(type, body, request);
  if (!claims.ok) return no('unreadable', claims.cause);
  return claims.value['sub'] === request.subject ? { ok: true, claims: claims.value } : no('other-subject', 'sub');
};

const no = (
  kind: Extract<UserinfoAnswer, { ok: false }>['kind'],
  cause: string,
): Extract<UserinfoAnswer, { ok: false }> => ({ ok: false, kind, cause });

type Read = { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly cause: string };

const readClaims = async (type: string, body: string, { signed }: UserinfoRequest): Promise<Read> => {
  if (type === 'application/jwt') {
    const token = await verifyToken(body.trim(), signed.policy, signed.keys);
    if (!token.ok) return { ok: false, cause: `jwt-${token.fault}` };
    const { claims } = token;
    // iss and aud are only SHOULD in a signed userinfo (Core §5.3.2): a wrong one is refused, an absent one is not.
    if (claims['iss'] !== undefined && claims['iss'] !== signed.issuer) return { ok: false, cause: 'iss' };
    const audience = claims['aud'];
    const audiences = Array.isArray(audience) ? (audience as unknown[]) : [audience];
    if (audience !== undefined && !audiences.includes(signed.audience)) return { ok: false, cause: 'aud' };
    return { ok: true, value: claims };
  }
  if (signed.required || type !== 'application/json') return { ok: false, cause: 'content-type' };
  const value = parseJsonObject(body);
  return value ? { ok: true, value } : { ok: false, cause: 'no-json' };
};
