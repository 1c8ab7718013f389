import { type Certificate, readCertificate } from '../certificate/certificate.js';
import type { Authorities } from '../chain/authorities.js';
import { checkChain, type ChainFailure } from '../chain/check-chain.js';
import type { Purpose } from '../chain/purpose.js';
import type { Crl } from '../crl/crl.js';

export type PeerResult =
  { ok: true; certificate: Certificate } | { ok: false; kind: ChainFailure | 'unreadable'; detail: string };

export interface PeerOptions {
  readonly authorities: Authorities;
  readonly crls: readonly Crl[];
  readonly crlGraceSeconds?: number;
}

const MAX_KNOWN = 2000;

/**
 * Checks the certificate of a TLS peer: chain, purpose, dates, revocation. `leaf` is DER or PEM; whatever else a peer
 * sends is not looked at, since the authorities are configured.
 */
export function checkPeer(
  leaf: Buffer | string,
  options: PeerOptions & { readonly purpose: Purpose; readonly now: Date },
): PeerResult {
  const certificate = readCertificate(leaf);
  if (!certificate) return { ok: false, kind: 'unreadable', detail: 'no certificate' };
  const chain = checkChain(certificate, options);
  return chain.ok ? { ok: true, certificate } : { ok: false, kind: chain.kind, detail: chain.detail };
}

/**
 * `checkPeer` for every request: authorities and CRLs of one moment, with the good verdicts remembered until the first
 * date that could change them. When CRLs or authorities change, make a new one: nothing of the old may be reused.
 */
export class PeerChecker {
  private readonly known = new Map<string, { readonly certificate: Certificate; readonly until: number }>();

  constructor(private readonly options: PeerOptions) {}

  check(leaf: Buffer, purpose: Purpose, now: Date): PeerResult {
    const key = `${purpose} ${leaf.toString('base64')}`;
    const before = this.known.get(key);
    if (before && before.until > now.getTime() && before.certificate.notBefore <= now) {
      return { ok: true, certificate: before.certificate };
    }
    this.known.delete(key);
    const certificate = readCertificate(leaf);
    if (!certificate) return { ok: false, kind: 'unreadable', detail: 'no certificate' };
    const chain = checkChain(certificate, { ...this.options, purpose, now });
    // A refusal is worked out again each time: it may end by itself, and who is refused has no claim to speed.
    if (!chain.ok) return { ok: false, kind: chain.kind, detail: chain.detail };
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    this.known.set(key, { certificate, until: chain.until.getTime() });
    return { ok: true, certificate };
  }
}
