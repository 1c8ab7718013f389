import type { CryptoKey } from 'jose';

export type SignatureAlgorithm = 'RS256' | 'PS256' | 'ES256';
export type KeyManagementAlgorithm = 'RSA-OAEP-256' | 'ECDH-ES';

/** A private key a provider encrypts to, under the name its public half is published with. */
export interface DecryptionKey {
  readonly kid: string;
  readonly alg: KeyManagementAlgorithm;
  readonly key: CryptoKey;
}

/** What a compact token must be made of. The list a provider advertises is never taken for it. */
export interface TokenPolicy {
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Present: the token must be a signed token inside an encrypted one. Absent: it must not be encrypted. */
  readonly decryptionKeys?: readonly DecryptionKey[];
  /** `typ` of the signed token, without case; absent: not looked at. */
  readonly types?: readonly string[];
}

export const CONTENT_ENCRYPTION = 'A256GCM';

export type TokenFault =
  | 'malformed'
  | 'not-encrypted'
  | 'encrypted'
  | 'algorithm'
  | 'header'
  | 'compressed'
  | 'type'
  | 'decryption'
  | 'unknown-key'
  | 'signature'
  | 'keys-unreachable';

/**
 * Header parameters that choose a key or change the meaning of the rest (RFC 7515 §4.1, RFC 7797): a key comes from the
 * provider's configured JWKS or not at all, and no extension is understood.
 */
const FORBIDDEN = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64'] as const;

type Header = Readonly<Record<string, unknown>>;

export const signedHeaderFault = (header: Header, policy: TokenPolicy): TokenFault | undefined => {
  if (!policy.algorithms.some((algorithm) => algorithm === header['alg'])) return 'algorithm';
  if ('enc' in header || 'zip' in header || FORBIDDEN.some((name) => name in header)) return 'header';
  if ('kid' in header && typeof header['kid'] !== 'string') return 'header';
  const { types } = policy;
  const type = typeof header['typ'] === 'string' ? header['typ'].toLowerCase() : '';
  return types && !types.includes(type) ? 'type' : undefined;
};

export const encryptedHeaderFault = (header: Header, keys: readonly DecryptionKey[]): TokenFault | undefined => {
  if (!keys.some(({ alg }) => alg === header['alg']) || header['enc'] !== CONTENT_ENCRYPTION) return 'algorithm';
  if ('zip' in header) return 'compressed'; // a small token could grow without end
  return FORBIDDEN.some((name) => name in header) ? 'header' : undefined;
};
