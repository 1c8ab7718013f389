import { createHash, X509Certificate } from 'node:crypto';
import {
  context,
  DerError,
  expect,
  type Extension,
  extensionsOf,
  oidOf,
  only,
  serialOf,
  TAG,
  timeOf,
  valuesOf,
} from '../asn1/der.js';
import { type Dn, dnOfDer } from '../dn/dn.js';

export type KeyUsage = 'digitalSignature' | 'nonRepudiation' | 'keyCertSign' | 'cRLSign';

/** What this library reads of a certificate (RFC 5280 §4). */
export interface Certificate {
  readonly x509: X509Certificate;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Lower-case hexadecimal without leading zeros. */
  readonly serial: string;
  readonly subject: Dn;
  readonly issuer: Dn;
  /** Names as DER: chaining compares these, byte by byte (RFC 5280 §7.1 wants the same encoding). */
  readonly subjectDer: Buffer;
  readonly issuerDer: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly signatureAlgorithm: string;
  /** Undefined when the extension is absent: not an authority. */
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  /** OIDs. */
  readonly extendedKeyUsage?: ReadonlySet<string>;
  /** Critical extensions that nothing here honours: such a certificate must not be used (RFC 5280 §4.2). */
  readonly unknownCritical: readonly string[];
}

const EXTENSION = { keyUsage: '2.5.29.15', basicConstraints: '2.5.29.19', extendedKeyUsage: '2.5.29.37' } as const;
/** Harmless when critical: names, policies and where to look. */
const TOLERATED = new Set(['2.5.29.14', '2.5.29.17', '2.5.29.31', '2.5.29.32', '2.5.29.35', '2.5.29.16']);
const HONOURED = new Set<string>(Object.values(EXTENSION));
const MAX_BYTES = 64 * 1024;

/** Reads one certificate, DER or PEM (the first of a bundle); undefined when it is none. */
export function readCertificate(input: Buffer | string): Certificate | undefined {
  if (input.length > MAX_BYTES) return undefined;
  try {
    return decode(new X509Certificate(input));
  } catch {
    // OpenSSL and the DER reader say "no certificate" by many errors, all of which mean the same here.
    return undefined;
  }
}

/** Every certificate of a PEM bundle. @throws RangeError naming the first that is none: it is our own configuration. */
export function readBundle(pem: string): Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block, index) => {
    const certificate = readCertificate(block);
    if (!certificate) throw new RangeError(`certificate ${index + 1} of the bundle cannot be read`);
    return certificate;
  });
}

function decode(x509: X509Certificate): Certificate {
  const [tbs, algorithm] = [...valuesOf(only(x509.raw, TAG.sequence).value)];
  const fields = [...valuesOf(expect(tbs, TAG.sequence).value)];
  // Version 1 has no extensions, so no way to say what it is for.
  expect(fields.shift(), context(0));
  const [serial, , issuer, validity, subject] = fields;
  const [notBefore, notAfter] = [...valuesOf(expect(validity, TAG.sequence).value)].map(timeOf);
  const extensions = extensionsIn(fields.find(({ tag }) => tag === context(3))?.value);
  if (!serial || !notBefore || !notAfter) throw new DerError('certificate');
  const subjectDer = expect(subject, TAG.sequence).raw;
  const issuerDer = expect(issuer, TAG.sequence).raw;
  const [oid] = [...valuesOf(expect(algorithm, TAG.sequence).value)];
  const valueOf = (name: keyof typeof EXTENSION): Buffer | undefined =>
    extensions.find((extension) => extension.oid === EXTENSION[name])?.value;
  const [constraints, usage, extended] = [
    valueOf('basicConstraints'),
    valueOf('keyUsage'),
    valueOf('extendedKeyUsage'),
  ];
  return {
    x509,
    fingerprint: createHash('sha256').update(x509.raw).digest('hex'),
    serial: serialOf(serial),
    subject: dnOfDer(subjectDer),
    issuer: dnOfDer(issuerDer),
    subjectDer,
    issuerDer,
    notBefore,
    notAfter,
    signatureAlgorithm: oidOf(expect(oid, TAG.oid)),
    ...(constraints && { basicConstraints: basicConstraintsOf(constraints) }),
    ...(usage && { keyUsage: keyUsageOf(usage) }),
    ...(extended && { extendedKeyUsage: new Set([...valuesOf(only(extended, TAG.sequence).value)].map(oidOf)) }),
    unknownCritical: extensions
      .filter(({ critical, oid }) => critical && !HONOURED.has(oid) && !TOLERATED.has(oid))
      .map(({ oid }) => oid),
  };
}

const extensionsIn = (value: Buffer | undefined): Extension[] => (value ? extensionsOf(only(value, TAG.sequence)) : []);

function basicConstraintsOf(value: Buffer): { ca: boolean; pathLength?: number } {
  const items = [...valuesOf(only(value, TAG.sequence).value)];
  const ca = items[0]?.tag === TAG.boolean && items[0].value[0] === 0xff;
  const length = items.find(({ tag }) => tag === TAG.integer);
  return { ca, ...(length && { pathLength: Number.parseInt(length.value.toString('hex'), 16) }) };
}

/** Bit 0 is the highest of the first byte (RFC 5280 §4.2.1.3). */
function keyUsageOf(value: Buffer): ReadonlySet<KeyUsage> {
  const bits = only(value, TAG.bitString).value[1] ?? 0;
  const usages: [number, KeyUsage][] = [
    [0x80, 'digitalSignature'],
    [0x40, 'nonRepudiation'],
    [0x04, 'keyCertSign'],
    [0x02, 'cRLSign'],
  ];
  return new Set(usages.filter(([mask]) => bits & mask).map(([, usage]) => usage));
}
