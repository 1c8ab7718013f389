import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { type Authorities } from '../chain/authorities.js';
import { type Certificate, readCertificate } from '../certificate/certificate.js';
import { type Crl, readCrl } from '../crl/crl.js';

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const { digitalSignature, nonRepudiation, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;
const { serverAuth, clientAuth, emailProtection } = x509.ExtendedKeyUsage;

export const USAGES = {
  sign: { usages: digitalSignature | nonRepudiation, extended: [emailProtection] },
  server: { usages: digitalSignature | keyEncipherment, extended: [serverAuth, clientAuth] },
  clientOnly: { usages: digitalSignature | keyEncipherment, extended: [clientAuth] },
} as const;

const day = (n: number, from: Date): Date => new Date(from.getTime() + n * 24 * 3_600_000);

export interface Issued {
  readonly pem: string;
  readonly keyPem: string;
  readonly certificate: Certificate;
}

export interface IssueOptions {
  readonly usage?: keyof typeof USAGES;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly names?: readonly string[];
  readonly extensions?: readonly x509.Extension[];
  readonly hash?: 'SHA-1' | 'SHA-256';
  readonly bits?: number;
}

export interface CrlOptions {
  readonly revoked?: readonly Issued[];
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
  readonly extensions?: readonly x509.Extension[];
}

export interface CaOptions {
  readonly pathLength?: number;
  readonly ca?: boolean;
  readonly keyUsage?: number;
  readonly notAfter?: Date;
}

/** An authority of one test: a root, or one below another. */
export class TestAuthority {
  private constructor(
    readonly certificate: Certificate,
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly own: x509.X509Certificate,
    /** The day around which all it issues is good, unless it is told otherwise. */
    private readonly now: Date,
  ) {}

  static async root(name: string, options: CaOptions = {}, now = new Date()): Promise<TestAuthority> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const own = await x509.X509CertificateGenerator.createSelfSigned({
      name: dn(name),
      keys,
      ...life(options, now),
      extensions: authorityExtensions(options),
    });
    return new TestAuthority(read(own), keys, own, now);
  }

  async intermediate(name: string, options: CaOptions = { pathLength: 0 }): Promise<TestAuthority> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const own = await this.make(dn(name), keys, life(options, this.now), authorityExtensions(options), 'SHA-256');
    return new TestAuthority(read(own), keys, own, this.now);
  }

  /** `subject` as RFC 4514, least specific last: `CN=x,OU=y,C=FR`. */
  async issue(subject: string, options: IssueOptions = {}): Promise<Issued> {
    const { usages, extended } = USAGES[options.usage ?? 'server'];
    const algorithm = { ...ALGORITHM, modulusLength: options.bits ?? ALGORITHM.modulusLength };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const made = await this.make(
      new x509.Name(subject.split(',').toReversed().join(',')),
      keys,
      { notBefore: options.notBefore ?? day(-1, this.now), notAfter: options.notAfter ?? day(365, this.now) },
      [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(usages, true),
        new x509.ExtendedKeyUsageExtension([...extended]),
        ...(options.names
          ? [new x509.SubjectAlternativeNameExtension(options.names.map((value) => ({ type: 'dns' as const, value })))]
          : []),
        ...(options.extensions ?? []),
      ],
      options.hash ?? 'SHA-256',
    );
    const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    return {
      pem: made.toString('pem'),
      keyPem: `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`,
      certificate: read(made),
    };
  }

  async crlDer(options: CrlOptions = {}): Promise<Buffer> {
    const crl = await x509.X509CrlGenerator.create({
      issuer: this.own.subjectName,
      thisUpdate: options.thisUpdate ?? day(-1, this.now),
      nextUpdate: options.nextUpdate ?? day(30, this.now),
      entries: (options.revoked ?? []).map(({ certificate }) => ({
        serialNumber: certificate.serial,
        revocationDate: day(-1, this.now),
      })),
      extensions: [...(options.extensions ?? [])],
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
    });
    return Buffer.from(crl.rawData);
  }

  async crl(options: CrlOptions = {}): Promise<Crl> {
    const read = readCrl(await this.crlDer(options));
    if (!read.ok) throw new Error(read.detail);
    return read.crl;
  }

  get pem(): string {
    return this.own.toString('pem');
  }

  private async make(
    subject: x509.Name,
    keys: webcrypto.CryptoKeyPair,
    { notBefore, notAfter }: { notBefore: Date; notAfter: Date },
    extensions: x509.Extension[],
    hash: 'SHA-1' | 'SHA-256',
  ): Promise<x509.X509Certificate> {
    // WebCrypto ties a key to its hash.
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', this.keys.privateKey);
    const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, { ...ALGORITHM, hash }, false, ['sign']);
    return x509.X509CertificateGenerator.create({
      subject,
      issuer: this.own.subjectName,
      publicKey: keys.publicKey,
      signingKey,
      serialNumber: `4${randomBytes(15).toString('hex').slice(1)}ab`,
      notBefore,
      notAfter,
      signingAlgorithm: { ...ALGORITHM, hash },
      extensions,
    });
  }
}

/** A root, an intermediate below it and their lists: what most tests want. */
export interface TestPki {
  readonly root: TestAuthority;
  readonly aci: TestAuthority;
  readonly authorities: Authorities;
  readonly crls: readonly Crl[];
}

export async function testPki(name = 'TEST', now = new Date()): Promise<TestPki> {
  const root = await TestAuthority.root(`${name} RACINE`, { pathLength: 1 }, now);
  const aci = await root.intermediate(`${name} ORGANISATIONS`);
  return {
    root,
    aci,
    authorities: { anchors: [root.certificate], intermediates: [aci.certificate] },
    crls: [await root.crl(), await aci.crl()],
  };
}

const dn = (name: string): x509.Name => new x509.Name(`C=FR,O=TEST,CN=${name}`);

const life = ({ notAfter }: CaOptions, now: Date): { notBefore: Date; notAfter: Date } => ({
  notBefore: day(-2000, now),
  notAfter: notAfter ?? day(4000, now),
});

const authorityExtensions = ({ ca = true, pathLength, keyUsage }: CaOptions): x509.Extension[] => [
  new x509.BasicConstraintsExtension(ca, ca ? pathLength : undefined, true),
  new x509.KeyUsagesExtension(keyUsage ?? keyCertSign | cRLSign, true),
];

function read(certificate: x509.X509Certificate): Certificate {
  const made = readCertificate(Buffer.from(certificate.rawData));
  if (!made) throw new Error('the test made a certificate that cannot be read');
  return made;
}
