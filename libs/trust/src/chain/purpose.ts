import type { Certificate } from '../certificate/certificate.js';

/**
 * What a certificate is used for: `list-signature` (ORG SIGN: nonRepudiation, which no TLS certificate of the same
 * authority has), `tls-client` and `tls-server` (SERV_SSL).
 */
export type Purpose = 'list-signature' | 'tls-client' | 'tls-server';

const EXTENDED: Readonly<Record<Exclude<Purpose, 'list-signature'>, string>> = {
  'tls-client': '1.3.6.1.5.5.7.3.2',
  'tls-server': '1.3.6.1.5.5.7.3.1',
};

/** What is missing of the purpose, in plain words; undefined when the certificate may be used for it. */
export function unfitFor({ keyUsage, extendedKeyUsage }: Certificate, purpose: Purpose): string | undefined {
  if (purpose === 'list-signature') return keyUsage?.has('nonRepudiation') ? undefined : 'no nonRepudiation key usage';
  if (keyUsage && !keyUsage.has('digitalSignature')) return 'no digitalSignature key usage';
  return extendedKeyUsage?.has(EXTENDED[purpose]) ? undefined : `no extended key usage for ${purpose}`;
}
