import { type Certificate, readBundle } from '../certificate/certificate.js';

/** Who is believed. Both come from the configuration; nothing that a peer or a file carries is ever added. */
export interface Authorities {
  /** Trusted by themselves (roots; a pinned certificate in tests). */
  readonly anchors: readonly Certificate[];
  /** Trusted when they chain to an anchor and are not revoked. */
  readonly intermediates: readonly Certificate[];
}

/** Sorts a PEM bundle: certificates that name themselves as issuer are anchors, the others intermediates. */
export function readAuthorities(pem: string): Authorities {
  const certificates = readBundle(pem);
  const isRoot = ({ subjectDer, issuerDer }: Certificate): boolean => subjectDer.equals(issuerDer);
  return { anchors: certificates.filter(isRoot), intermediates: certificates.filter((one) => !isRoot(one)) };
}
