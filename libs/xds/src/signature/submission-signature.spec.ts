import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SEAL_SUBJECT, TestPki, type TestAuthority } from '../testing/pki.js';
import { verify } from '../testing/tools.js';
import { loadSigner, type Signer } from '../xml-signature/signer.js';
import { submissionSignature } from './submission-signature.js';

const KOS = Buffer.from('KOS bytes \0 é');

describe.each(['rsa-sha256', 'rsa-sha1'] as const)('submission-set signature, %s', (signatureAlgorithms) => {
  let pki: TestPki;
  let authority: TestAuthority;
  let signer: Signer;
  let xml: string;

  beforeAll(() => {
    pki = new TestPki();
    authority = pki.authority('AC TEST');
    signer = loadSigner(authority.issue(SEAL_SUBJECT));
    xml = submissionSignature(
      {
        uniqueId: '2.25.1',
        submissionSetUniqueId: '1.2.250.1.999.1',
        documents: [{ uniqueId: '1.3.2.7', bytes: KOS }],
        signedAt: new Date('2026-01-02T09:15:10.150Z'),
      },
      signer,
      { signatureAlgorithms },
    );
  });
  afterAll(() => pki.remove());

  const manifestDigests = (): readonly string[] =>
    [...xml.matchAll(/<Reference URI="urn:oid:[\d.]+">.*?<DigestValue>([^<]*)</g)].map(([, digest = '']) => digest);

  it('is accepted by xmlsec1', () => {
    const result = verify(pki, xml, authority.file);
    expect(result.output).toContain('2/2');
    expect(result.ok).toBe(true);
  });

  it('holds the constant digest of the submission set, then that of the raw KOS as openssl computes it', () => {
    const file = join(pki.folder, 'kos');
    writeFileSync(file, KOS);
    const hash = signatureAlgorithms.slice('rsa-'.length);
    const digest = execFileSync('openssl', ['dgst', `-${hash}`, '-binary', file]).toString('base64');
    expect(manifestDigests()).toEqual(['AA==', digest]);
  });

  it.each([
    ['the digest of the KOS', () => manifestDigests()[1] ?? ''],
    ['the submission set', () => '1.2.250.1.999.1'],
    ['the time of signing', () => '2026-01-02T09:15:10.150Z'],
  ])('is refused once one character of %s is changed', (_what, target) => {
    const value = target();
    const last = value.at(-3) === 'A' ? 'B' : 'A';
    const tampered = xml.replace(value, `${value.slice(0, -3)}${last}${value.slice(-2)}`);
    expect(tampered).not.toBe(xml);
    expect(verify(pki, tampered, authority.file).ok).toBe(false);
  });

  it('is refused under another authority', () => {
    expect(verify(pki, xml, pki.authority('AC AUTRE').file).ok).toBe(false);
  });

  it('names its certificate, purpose and policy', () => {
    expect(xml).toContain(
      '<X509IssuerName xmlns="http://www.w3.org/2000/09/xmldsig#">CN=AC TEST, OU=0002 1234, O=TEST, C=FR<',
    );
    expect(xml).toContain(`>${BigInt(`0x${signer.certificate.serialNumber}`)}<`);
    expect(xml).toContain('>1.2.840.10065.1.12.1.14<');
    expect(xml).toContain('<SignaturePolicyImplied/>');
  });
});
