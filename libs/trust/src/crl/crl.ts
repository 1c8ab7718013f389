import { verify } from 'node:crypto';
import {
  context,
  DerError,
  expect,
  extensionsOf,
  oidOf,
  only,
  serialOf,
  TAG,
  timeOf,
  type Tlv,
  valuesOf,
} from '../asn1/der.js';
import type { Certificate } from '../certificate/certificate.js';
import { type Dn, dnOfDer } from '../dn/dn.js';
import { hashOfSignature } from '../chain/algorithms.js';

/** A certificate revocation list (RFC 5280 §5), read but not yet believed: `signedBy` says whose it is. */
export interface Crl {
  readonly issuer: Dn;
  readonly issuerDer: Buffer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** cRLNumber, hexadecimal; absent when the authority gives none. */
  readonly number?: string;
  /** Serial numbers, lower-case hexadecimal without leading zeros. */
  readonly revoked: ReadonlySet<string>;
  readonly signature: { readonly algorithm: string; readonly over: Buffer; readonly value: Buffer };
}

export type CrlResult = { ok: true; crl: Crl } | { ok: false; kind: CrlFailure; detail: string };
/** `too-large`: above `maxBytes`; `unreadable`: no CRL; `unsupported`: a partial list (delta, indirect, by reason or scope). */
export type CrlFailure = 'too-large' | 'unreadable' | 'unsupported';

const MAX_BYTES = 32 * 1024 * 1024;
const CRL_NUMBER = '2.5.29.20';

/** Reads a CRL, DER or PEM. One that covers less than all certificates of its issuer is refused: absence would prove nothing. */
export function readCrl(input: Buffer, { maxBytes = MAX_BYTES } = {}): CrlResult {
  if (input.length > maxBytes) return { ok: false, kind: 'too-large', detail: `more than ${maxBytes} bytes` };
  try {
    return decode(derOf(input));
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { ok: false, kind: 'unreadable', detail: error.message };
  }
}

function derOf(input: Buffer): Buffer {
  if (input[0] === TAG.sequence) return input;
  const body = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/.exec(input.toString('latin1'))?.[1];
  if (body === undefined) throw new DerError('neither DER nor PEM');
  return Buffer.from(body, 'base64');
}

function decode(der: Buffer): CrlResult {
  const [tbs, algorithm, signature] = [...valuesOf(only(der, TAG.sequence).value)];
  const fields = [...valuesOf(expect(tbs, TAG.sequence).value)];
  // Version 1 has no extensions; the version is then left out.
  if (fields[0]?.tag === TAG.integer) fields.shift();
  const [inner, issuer, thisUpdate, ...rest] = fields;
  const nextUpdate = rest[0]?.tag === TAG.utcTime || rest[0]?.tag === TAG.generalizedTime ? rest.shift() : undefined;
  const entries = rest[0]?.tag === TAG.sequence ? rest.shift() : undefined;
  const extensions = rest[0]?.tag === context(0) ? extensionsOf(only(rest[0].value, TAG.sequence)) : [];
  if (!thisUpdate || !tbs) throw new DerError('CRL');
  // Said twice, once under the signature: both must agree (RFC 5280 §5.1.1.2).
  if (!inner || !algorithm || !inner.raw.equals(algorithm.raw)) throw new DerError('signature algorithm');
  const value = expect(signature, TAG.bitString).value;
  if (value[0] !== 0) throw new DerError('signature');
  const partial = extensions.find(({ critical }) => critical);
  if (partial) return { ok: false, kind: 'unsupported', detail: `critical extension ${partial.oid}` };
  // Without it a list never ages: the profile wants it (RFC 5280 §5.1.2.5).
  if (!nextUpdate) return { ok: false, kind: 'unsupported', detail: 'no nextUpdate' };
  const revoked = new Set<string>();
  for (const entry of entries ? valuesOf(entries.value) : []) {
    const serial = serialOfEntry(entry);
    if (serial === undefined) return { ok: false, kind: 'unsupported', detail: 'critical extension of an entry' };
    revoked.add(serial);
  }
  const [oid] = [...valuesOf(expect(algorithm, TAG.sequence).value)];
  const number = extensions.find((extension) => extension.oid === CRL_NUMBER);
  const issuerDer = expect(issuer, TAG.sequence).raw;
  return {
    ok: true,
    crl: {
      issuer: dnOfDer(issuerDer),
      issuerDer,
      thisUpdate: timeOf(thisUpdate),
      nextUpdate: timeOf(nextUpdate),
      ...(number && { number: serialOf(only(number.value, TAG.integer)) }),
      revoked,
      signature: {
        algorithm: oidOf(expect(oid, TAG.oid)),
        over: tbs.raw,
        // The first byte counts unused bits.
        value: value.subarray(1),
      },
    },
  };
}

/** Undefined for an entry whose meaning a critical extension changes (certificateIssuer of an indirect CRL). */
function serialOfEntry(entry: Tlv): string | undefined {
  const [serial, , extensions] = [...valuesOf(expect(entry, TAG.sequence).value)];
  if (extensions && extensionsOf(extensions).some(({ critical }) => critical)) return undefined;
  return serialOf(expect(serial, TAG.integer));
}

/** Verdicts per list and issuer: a signature over megabytes is checked once. */
const signatures = new WeakMap<Crl, Map<string, boolean>>();

/** Is the list that of this authority: same name, its signature, and the right to sign lists (RFC 5280 §6.3.3 f, g)? */
export function signedBy(crl: Crl, issuer: Certificate): boolean {
  if (!crl.issuerDer.equals(issuer.subjectDer)) return false;
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('cRLSign')) return false;
  const known = signatures.get(crl) ?? new Map<string, boolean>();
  signatures.set(crl, known);
  const before = known.get(issuer.fingerprint);
  if (before !== undefined) return before;
  const hash = hashOfSignature(crl.signature.algorithm);
  const verdict = hash !== undefined && verify(hash, crl.signature.over, issuer.x509.publicKey, crl.signature.value);
  known.set(issuer.fingerprint, verdict);
  return verdict;
}
