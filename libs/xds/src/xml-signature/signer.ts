import { createHash, createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { XdsError } from '../xds-errors.js';

/** A seal: ORG SIGN certificate and its RSA key. */
export interface Signer {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
}

/**
 * Read a key pair once, use it for many signatures.
 * @throws XdsError `invalid-signer` when a PEM is unreadable, the key is not RSA, or the two do not belong together.
 */
export function loadSigner(pem: { readonly key: string | Buffer; readonly certificate: string | Buffer }): Signer {
  let signer: Signer;
  try {
    signer = { key: createPrivateKey(pem.key), certificate: new X509Certificate(pem.certificate) };
  } catch (cause) {
    throw new XdsError('invalid-signer', 'The signing key or certificate cannot be read', { cause });
  }
  if (signer.key.asymmetricKeyType !== 'rsa') throw new XdsError('invalid-signer', 'The signing key is not RSA');
  if (!signer.certificate.checkPrivateKey(signer.key))
    throw new XdsError('invalid-signer', 'The signing key is not that of the certificate');
  return signer;
}

export type HashName = 'sha1' | 'sha256';

export const digestBase64 = (hash: HashName, data: Uint8Array | string): string =>
  createHash(hash).update(data).digest('base64');

/** RSASSA-PKCS1-v1_5 in base64 (XML Signature §6.4.2). */
export const rsaSignature = (hash: HashName, data: string, key: KeyObject): string =>
  sign(hash, Buffer.from(data, 'utf8'), key).toString('base64');

/** A subject or issuer as the DMP samples write it: `CN=…, OU=…, O=…, ST=…, C=FR`, values escaped per RFC 2253. */
export const distinguishedName = (name: string): string => name.split('\n').toReversed().join(', ');
