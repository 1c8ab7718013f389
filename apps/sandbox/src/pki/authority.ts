import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CertificatePolicyExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509';
import type { Extension, JsonName } from '@peculiar/x509';
import { CRL_URLS, PROFILES } from './profiles.js';
import type { AuthorityKind, Profile, ProfileName } from './profiles.js';

/** A certificate and its private key (PKCS#8), both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A whole authority as plain data: it can be kept as JSON and used again. `root` and `issuing` are one for `internal`. */
export interface Authority {
  readonly kind: AuthorityKind;
  readonly root: KeyPair;
  readonly issuing: KeyPair;
  readonly revoked: readonly { readonly serialNumber: string; readonly at: string }[];
  /** PEM CRLs: of the root, then of the issuing authority when they differ. TLS checks every link, so both are needed. */
  readonly crls: readonly string[];
}

export interface Subject {
  /** CN: a FQDN, a service name, a Client_ID or a free label. */
  readonly commonName: string;
  /** OU of an organisation: idNatStruct, `3` + SIRET or `1` + FINESS (identity-security §6). */
  readonly structure?: string;
  /** O: company name. */
  readonly organisation?: string;
  /** ST: `Département (nn)`. */
  readonly department?: string;
  /** subjectAltName: DNS names and IP addresses. */
  readonly names?: readonly string[];
}

export interface IssuedCertificate extends KeyPair {
  /** Leaf, then the intermediate authority: what a TLS peer sends. */
  readonly chain: string;
  readonly serialNumber: string;
}

const YEAR_MS = 365 * 24 * 3_600_000;
/** Clocks of two machines differ; a certificate made this second must be usable this second. */
const BACKDATE_MS = 3_600_000;

const KEY_ALGORITHM = {
  igc: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  internal: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
} as const;

const authorityName = (label: string): JsonName => [
  { C: ['FR'] },
  { O: ['DRIMBOX SANDBOX'] },
  { OU: ['0002 000000000'] },
  { OU: ['IGC-SANTE SANDBOX TEST'] },
  { CN: [label] },
];

/** Makes a test authority with its CRLs. RSA 2048 for `igc` (root + intermediate), EC P-256 for `internal` (root only). */
export const createAuthority = async (kind: AuthorityKind, now = new Date()): Promise<Authority> => {
  const alone = kind === 'internal';
  const [rootKeys, issuingKeys] = await Promise.all([generateKeys(kind), alone ? undefined : generateKeys(kind)]);
  const rootName = authorityName(alone ? 'SANDBOX TEST AC INTERNE' : 'SANDBOX TEST AC RACINE IGC-SANTE ELEMENTAIRE');
  const validity = {
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + 10 * YEAR_MS),
  };
  const caUsages = new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);
  const rootCertificate = await X509CertificateGenerator.createSelfSigned({
    name: rootName,
    keys: rootKeys,
    serialNumber: newSerialNumber(),
    ...validity,
    signingAlgorithm: KEY_ALGORITHM[kind],
    extensions: [
      new BasicConstraintsExtension(true, alone ? 0 : 1, true),
      caUsages,
      await SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const root = { certificate: rootCertificate.toString('pem'), key: await exportKey(rootKeys.privateKey) };
  if (issuingKeys === undefined) return withCrls({ kind, root, issuing: root, revoked: [], crls: [] }, now);

  const issuingCertificate = await X509CertificateGenerator.create({
    subject: authorityName('SANDBOX TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS'),
    issuer: rootCertificate.subjectName,
    publicKey: issuingKeys.publicKey,
    signingKey: rootKeys.privateKey,
    serialNumber: newSerialNumber(),
    ...validity,
    signingAlgorithm: KEY_ALGORITHM[kind],
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      caUsages,
      new CRLDistributionPointsExtension([CRL_URLS.root]),
      await SubjectKeyIdentifierExtension.create(issuingKeys.publicKey),
      await AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const issuing = { certificate: issuingCertificate.toString('pem'), key: await exportKey(issuingKeys.privateKey) };
  return withCrls({ kind, root, issuing, revoked: [], crls: [] }, now);
};

/** Issues a leaf certificate with a new key. Throws when the profile belongs to the other kind of authority. */
export const issue = async (
  authority: Authority,
  profileName: ProfileName,
  subject: Subject,
  now = new Date(),
): Promise<IssuedCertificate> => {
  const profile: Profile = PROFILES[profileName];
  if (profile.authority !== authority.kind) throw new Error(`${profileName} is not issued by the ${authority.kind} CA`);
  const issuer = new X509Certificate(authority.issuing.certificate);
  const keys = await generateKeys(authority.kind);
  const certificate = await X509CertificateGenerator.create({
    subject: subjectName(subject),
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.kind, authority.issuing.key),
    serialNumber: newSerialNumber(),
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + 3 * YEAR_MS),
    signingAlgorithm: KEY_ALGORITHM[authority.kind],
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(profile.keyUsages, true),
      new ExtendedKeyUsageExtension([...profile.extendedKeyUsages]),
      ...policies(profile),
      ...alternativeNames(subject),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  const pem = `${certificate.toString('pem')}\n`;
  return {
    certificate: pem,
    chain: authority.kind === 'igc' ? `${pem}${authority.issuing.certificate}\n` : pem,
    key: await exportKey(keys.privateKey),
    serialNumber: certificate.serialNumber,
  };
};

/** The same authority with one leaf revoked and fresh CRLs. They are valid for a year: nobody renews those of a sandbox. */
export const revoke = (authority: Authority, serialNumber: string, now = new Date()): Promise<Authority> =>
  withCrls({ ...authority, revoked: [...authority.revoked, { serialNumber, at: now.toISOString() }] }, now);

/** The same authority with CRLs made at `thisUpdate` and good until `nextUpdate`: fresh ones, or stale ones on purpose. */
export const reissueCrls = (authority: Authority, thisUpdate: Date, nextUpdate: Date): Promise<Authority> =>
  withCrls(authority, new Date(thisUpdate.getTime() + BACKDATE_MS), nextUpdate);

const withCrls = async (
  authority: Authority,
  now: Date,
  nextUpdate = new Date(now.getTime() + YEAR_MS),
): Promise<Authority> => {
  const crlOf = async (issuer: KeyPair, revoked: Authority['revoked']): Promise<string> => {
    const crl = await X509CrlGenerator.create({
      issuer: new X509Certificate(issuer.certificate).subjectName,
      thisUpdate: new Date(now.getTime() - BACKDATE_MS),
      nextUpdate,
      entries: revoked.map(({ serialNumber, at }) => ({
        serialNumber,
        revocationDate: new Date(at),
        reason: X509CrlReason.keyCompromise,
      })),
      extensions: [await AuthorityKeyIdentifierExtension.create(new X509Certificate(issuer.certificate))],
      signingKey: await importKey(authority.kind, issuer.key),
      signingAlgorithm: KEY_ALGORITHM[authority.kind],
    });
    // The library labels its PEM `CRL`, which OpenSSL does not read (RFC 7468 §6).
    return PemConverter.encode(crl.rawData, 'X509 CRL');
  };
  if (authority.kind === 'internal') return { ...authority, crls: [await crlOf(authority.root, authority.revoked)] };
  const crls = await Promise.all([crlOf(authority.root, []), crlOf(authority.issuing, authority.revoked)]);
  return { ...authority, crls };
};

/** DN in the order of IGC-Santé certificates: C, ST, O, OU, CN. */
const subjectName = (subject: Subject): JsonName => [
  { C: ['FR'] },
  ...(subject.department === undefined ? [] : [{ ST: [subject.department] }]),
  ...(subject.organisation === undefined ? [] : [{ O: [subject.organisation] }]),
  ...(subject.structure === undefined ? [] : [{ OU: [subject.structure] }]),
  { CN: [subject.commonName] },
];

const policies = (profile: Profile): Extension[] =>
  profile.policy === undefined
    ? []
    : [new CertificatePolicyExtension([profile.policy]), new CRLDistributionPointsExtension([CRL_URLS.issuing])];

const isAddress = (name: string): boolean => /^[0-9.]+$|:/.test(name);

const alternativeNames = (subject: Subject): Extension[] => {
  if (subject.names === undefined || subject.names.length === 0) return [];
  return [
    new SubjectAlternativeNameExtension(
      subject.names.map((name) => ({ type: isAddress(name) ? ('ip' as const) : ('dns' as const), value: name })),
    ),
  ];
};

const generateKeys = (kind: AuthorityKind): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(KEY_ALGORITHM[kind], true, ['sign', 'verify']);

const exportKey = async (key: webcrypto.CryptoKey): Promise<string> =>
  `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;

const importKey = (kind: AuthorityKind, pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), KEY_ALGORITHM[kind], false, ['sign']);

/** 16 random bytes, positive as RFC 5280 §4.1.2.2 wants. */
const newSerialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
};
