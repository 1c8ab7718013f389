import type { SignatureAlgorithm, DecryptionKey } from '../jose/token-policy.js';
import type { JsonObject } from '../json.js';
import type { Authentication } from './login.js';

/** All that tells one provider's login from another's. */
export interface Profile<Identity> {
  readonly scope: string;
  readonly acrAsked: string;
  readonly acceptedAcr: readonly string[];
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Present: ID token and userinfo must be encrypted to one of these. */
  readonly decryptionKeys?: readonly DecryptionKey[];
  /** Userinfo must be a JWT. */
  readonly signedUserinfo: boolean;
  readonly extraParameters?: Readonly<Record<string, string>>;
  /** Undefined when the claims name nobody; the text is what is missing. */
  readonly readIdentity: (
    claims: JsonObject,
    authentication: Authentication,
  ) => { readonly ok: true; readonly identity: Identity } | { readonly ok: false; readonly missing: string };
}
