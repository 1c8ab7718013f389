/** Hashes of the signature algorithms taken in certificates and CRLs; SHA-1 and MD5 are not among them. */
const HASHES: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512'>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

export const hashOfSignature = (oid: string): 'sha256' | 'sha384' | 'sha512' | undefined =>
  Object.hasOwn(HASHES, oid) ? HASHES[oid] : undefined;

/** Smallest keys taken. */
export const MIN_RSA_BITS = 2048;
export const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];
