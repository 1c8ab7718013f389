import type { Certificate } from '../certificate/certificate.js';
import { type Crl, signedBy } from '../crl/crl.js';
import type { Authorities } from './authorities.js';
import { CURVES, hashOfSignature, MIN_RSA_BITS } from './algorithms.js';
import { type Purpose, unfitFor } from './purpose.js';

/**
 * `untrusted`: no path to an anchor, or a rule of the path broken; `unfit`: not made for the purpose; `expired`,
 * `not-yet-valid`: some certificate of the path; `revoked`: some certificate of the path; `no-crl`: an authority of the
 * path has no list; `stale-crl`: it has one, past its day.
 */
export type ChainFailure = 'untrusted' | 'unfit' | 'expired' | 'not-yet-valid' | 'revoked' | 'no-crl' | 'stale-crl';

export interface ChainOptions {
  readonly authorities: Authorities;
  readonly crls: readonly Crl[];
  readonly now: Date;
  readonly purpose: Purpose;
  /** Seconds that a CRL may outlive its nextUpdate; 0 by default. */
  readonly crlGraceSeconds?: number;
}

export type ChainResult =
  | {
      ok: true;
      /** Leaf first, anchor last. */
      path: readonly Certificate[];
      /** The verdict holds until then, as long as authorities and CRLs stay the same. */
      until: Date;
    }
  | { ok: false; kind: ChainFailure; detail: string };

const MAX_LENGTH = 5;
/** Clocks differ: a CRL of the next minutes is not from the future. */
const SKEW_MS = 5 * 60_000;

const no = (kind: ChainFailure, detail: string): ChainResult & { ok: false } => ({ ok: false, kind, detail });

/** Path validation (RFC 5280 §6) to a configured anchor, at a given clock; revocation is checked for every link but the anchor. */
export function checkChain(leaf: Certificate, options: ChainOptions): ChainResult {
  const unfit = unfitFor(leaf, options.purpose);
  if (unfit !== undefined) return no('unfit', unfit);
  const path = pathOf([leaf], options.authorities);
  if (!path) return no('untrusted', 'no path to a configured authority');
  const broken = path.map((certificate, index) => ruleBrokenBy(certificate, index, path)).find((rule) => rule);
  if (broken !== undefined) return no('untrusted', broken);
  const { now } = options;
  const until = [];
  for (const [index, certificate] of path.entries()) {
    const place = index === 0 ? 'the certificate' : `authority ${index}`;
    if (certificate.notBefore > now) return no('not-yet-valid', `${place} is valid from ${iso(certificate.notBefore)}`);
    if (certificate.notAfter <= now) return no('expired', `${place} was valid until ${iso(certificate.notAfter)}`);
    until.push(certificate.notAfter);
    const issuer = path[index + 1];
    if (!issuer) continue;
    const revocation = revocationOf(certificate, issuer, options);
    if (!revocation.ok) return no(revocation.kind, `${place}: ${revocation.detail}`);
    until.push(revocation.until);
  }
  return { ok: true, path, until: new Date(Math.min(...until.map((date) => date.getTime()))) };
}

/** The first path that ends at an anchor, issuers found by name and signature among the configured authorities only. */
function pathOf(path: readonly Certificate[], authorities: Authorities): readonly Certificate[] | undefined {
  const last = path.at(-1)!;
  if (authorities.anchors.some(({ fingerprint }) => fingerprint === last.fingerprint)) return path;
  if (path.length >= MAX_LENGTH) return undefined;
  for (const issuer of [...authorities.anchors, ...authorities.intermediates]) {
    if (!issuer.subjectDer.equals(last.issuerDer) || path.includes(issuer) || !hasSigned(issuer, last)) continue;
    const found = pathOf([...path, issuer], authorities);
    if (found) return found;
  }
  return undefined;
}

const hasSigned = (issuer: Certificate, subject: Certificate): boolean =>
  subject.x509.checkIssued(issuer.x509) && subject.x509.verify(issuer.x509.publicKey);

/** What RFC 5280 wants of each link, dates and revocation apart; undefined when all is well. */
function ruleBrokenBy(certificate: Certificate, index: number, path: readonly Certificate[]): string | undefined {
  const { unknownCritical, basicConstraints, keyUsage } = certificate;
  const place = index === 0 ? 'the certificate' : `authority ${index}`;
  if (unknownCritical.length > 0) return `${place} has critical extension ${unknownCritical[0]}`;
  if (weakKey(certificate)) return `${place} has a key too weak`;
  const anchored = index === path.length - 1;
  if (!anchored && hashOfSignature(certificate.signatureAlgorithm) === undefined) {
    return `${place} is signed with ${certificate.signatureAlgorithm}`;
  }
  if (index === 0) return basicConstraints?.ca ? 'the certificate is an authority' : undefined;
  if (!basicConstraints?.ca) return `${place} is no authority (basicConstraints)`;
  if (keyUsage && !keyUsage.has('keyCertSign')) return `${place} may not sign certificates`;
  // Authorities between this one and the leaf; the leaf does not count (RFC 5280 §4.2.1.9).
  if (basicConstraints.pathLength !== undefined && index - 1 > basicConstraints.pathLength) {
    return `${place} has too many authorities below it`;
  }
  return undefined;
}

function weakKey({ x509 }: Certificate): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = x509.publicKey;
  if (type === 'rsa') return (details?.modulusLength ?? 0) < MIN_RSA_BITS;
  return type !== 'ec' || !CURVES.includes(details?.namedCurve ?? '');
}

type Revocation = { ok: true; until: Date } | { ok: false; kind: 'revoked' | 'no-crl' | 'stale-crl'; detail: string };

/** Fail closed: without a fresh list of its issuer nobody knows whether a certificate is revoked. */
function revocationOf(
  { serial }: Certificate,
  issuer: Certificate,
  { crls, now, crlGraceSeconds = 0 }: ChainOptions,
): Revocation {
  const lists = crls
    .filter((crl) => signedBy(crl, issuer) && crl.thisUpdate.getTime() <= now.getTime() + SKEW_MS)
    .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
  // What was revoked stays so, even when only an old list says it.
  if (lists.some(({ revoked }) => revoked.has(serial))) return { ok: false, kind: 'revoked', detail: 'revoked' };
  const [latest] = lists;
  if (!latest) return { ok: false, kind: 'no-crl', detail: 'its issuer has no revocation list' };
  const until = new Date(latest.nextUpdate.getTime() + crlGraceSeconds * 1000);
  if (until <= now) {
    return { ok: false, kind: 'stale-crl', detail: `revocation list of ${iso(latest.thisUpdate)} past its day` };
  }
  return { ok: true, until };
}

const iso = (date: Date): string => date.toISOString();
