import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A certificate (leaf first, its chain after) and its private key, both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
  readonly leaf: X509Certificate;
  readonly notAfter: Date;
}

export type PairResult = { ok: true; pair: CertificatePair } | { ok: false; fault: string };

/** Checks that the two files belong together and that the certificate is valid at `now`. */
export function readPair(cert: string, key: string, now = new Date()): PairResult {
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(cert);
  } catch {
    return { ok: false, fault: 'the certificate is not PEM X.509' };
  }
  try {
    if (!leaf.checkPrivateKey(createPrivateKey(key))) return { ok: false, fault: 'the key is not the certificate’s' };
  } catch {
    return { ok: false, fault: 'the key is not a PEM private key without password' };
  }
  const notAfter = new Date(leaf.validTo);
  if (new Date(leaf.validFrom) > now) return { ok: false, fault: `not valid before ${leaf.validFrom}` };
  if (notAfter <= now) return { ok: false, fault: `expired on ${leaf.validTo}` };
  return { ok: true, pair: { cert, key, leaf, notAfter } };
}

/** Common name of a certificate's subject. */
export function commonNameOf(certificate: X509Certificate): string | undefined {
  return /^CN=(.+)$/m.exec(certificate.subject)?.[1];
}
