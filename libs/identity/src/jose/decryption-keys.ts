import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, importPKCS8 } from 'jose';
import type { JWK } from 'jose';
import { IdentityError } from '../identity-error.js';
import type { DecryptionKey, KeyManagementAlgorithm } from './token-policy.js';

export interface EncryptionKeys {
  readonly decryptionKeys: readonly DecryptionKey[];
  /** What is published for the provider to encrypt with: public parts only, `use` enc. */
  readonly jwks: { readonly keys: readonly JWK[] };
}

/**
 * Reads the private keys tokens are encrypted to (PKCS#8 PEM; RSA of 2048 bits or more, or EC P-256). The current key comes
 * first; a former one stays until no provider uses it. `kid` is the RFC 7638 thumbprint. Throws `invalid-key`.
 */
export const loadEncryptionKeys = async (pems: readonly string[]): Promise<EncryptionKeys> => {
  const loaded = await Promise.all(pems.map(loadOne));
  return { decryptionKeys: loaded.map(({ key }) => key), jwks: { keys: loaded.map(({ jwk }) => jwk) } };
};

const loadOne = async (pem: string): Promise<{ readonly key: DecryptionKey; readonly jwk: JWK }> => {
  try {
    const publicKey = createPublicKey(pem);
    const alg = algorithmOf(publicKey.asymmetricKeyType, publicKey.asymmetricKeyDetails ?? {});
    if (alg === undefined)
      throw new IdentityError('invalid-key', 'an encryption key must be RSA 2048 or more, or EC P-256');
    const jwk = publicKey.export({ format: 'jwk' }) as JWK;
    const kid = await calculateJwkThumbprint(jwk);
    return { key: { kid, alg, key: await importPKCS8(pem, alg) }, jwk: { ...jwk, kid, alg, use: 'enc' } };
  } catch (error) {
    if (error instanceof IdentityError) throw error;
    throw new IdentityError('invalid-key', 'an encryption key is not a PKCS#8 PEM', { cause: error });
  }
};

const algorithmOf = (
  type: string | undefined,
  details: { readonly modulusLength?: number; readonly namedCurve?: string },
): KeyManagementAlgorithm | undefined => {
  if (type === 'rsa' && (details.modulusLength ?? 0) >= 2048) return 'RSA-OAEP-256';
  return type === 'ec' && details.namedCurve === 'prime256v1' ? 'ECDH-ES' : undefined;
};
