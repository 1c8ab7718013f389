import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from '@peculiar/x509';
import { createAuthority, issue } from '../pki/authority.js';
import type { Authority, IssuedCertificate } from '../pki/authority.js';
import { authorityBundle } from '../pki/store.js';
import { ACTION, NS } from './dmp-rules.js';
import { Memory } from './memory.js';
import { createTrust } from './pki.js';
import type { Trust } from './pki.js';
import { checkSubmission } from './provide-and-register.js';
import { after, swap } from './reference-bends.js';
import { sign } from './reference-signature.js';
import { checkSchema } from './schema-check.js';
import { parseSoap } from './soap.js';
import { checkVihf } from './vihf.js';

const repository = join(import.meta.dirname, '../../../..');
const samples = process.env.DRIMBOX_SAMPLES ?? join(repository, '../shared/samples');
const published = join(samples, 'drim-m-poc/XDS/publication.xml');
const xsdDir = join(samples, 'interop/xds-xsd');

const STRUCTURE = '499700367909006';
/** Seconds after the IssueInstant of the published assertion. */
const NOW = new Date('2023-11-14T13:45:10Z');

/** Every way in which the published request would not pass as it is: masked, or against a settled rule. */
const MASKED: readonly (readonly [why: string, bend: (xml: string) => string])[] = [
  ['the structure of the VIHF is masked', after('Identifiant_Structure', swap('XXXXXXX', STRUCTURE))],
  [
    'KOS time is local where the DMP keeps UTC',
    after('id="DocumentKOS"', swap('>20231114144457<', '>20231114134457<')),
  ],
  ['signature time is local', after('id="Signature01"', swap('>20231114144458<', '>20231114134458<'))],
  ['submission time is local', after('id="SubmissionSet01"', swap('>20231114144458<', '>20231114134458<'))],
  ['the certificate of the VIHF is masked, so it is signed again', (xml) => after('<ds:Signature ', unsigned)(xml)],
];

/** Empties what a signer fills in. */
const unsigned = (xml: string): string =>
  xml
    .replace(/(<(?:ds:)?DigestValue>)[^<]*/, '$1')
    .replace(/(<(?:ds:)?SignatureValue>)[^<]*/, '$1')
    .replace(/(<(?:ds:)?X509Certificate>)[^<]*/, '$1');

const read = (xml: Buffer) =>
  parseSoap(xml, {
    actions: [ACTION.provideAndRegister],
    path: '/si-dmp-server/v2/services/repository',
    seenMessageIds: new Memory(),
  });

const suite = existsSync(published) ? describe : describe.skip;

suite('the published ITI-41 request', () => {
  let text: string;
  let igc: Authority;
  let seal: IssuedCertificate;
  let trust: Trust;

  beforeAll(async () => {
    text = readFileSync(published, 'utf8');
    igc = await createAuthority('igc', NOW);
    const dn = {
      commonName: 'DRIMbox',
      structure: STRUCTURE,
      organisation: 'CABINET M DOC0036790',
      department: 'Paris (75)',
    };
    seal = await issue(igc, 'ORG_SIGN', dn, NOW);
    trust = await createTrust({
      authorities: authorityBundle(igc),
      crls: igc.crls.join('\n'),
      certificate: '',
      key: '',
    });
  });

  const envelopeOf = (): string => /<soap:Envelope[\s\S]*<\/soap:Envelope>/.exec(text)![0];
  const kosOf = (): Buffer => Buffer.from(/Content-ID: <0\.2>\s+([A-Za-z0-9+/=]+)/.exec(text)![1]!, 'base64');

  /** The published signature of the set, made valid again: signed by the sandbox, its certificate named. */
  const signatureFile = async (): Promise<Buffer> => {
    const [xml] = /<Signature [\s\S]*<\/Signature>/.exec(text.slice(text.indexOf('Content-ID: <0.3>')))!;
    const certificate = new X509Certificate(seal.certificate);
    const digest = createHash('sha1').update(Buffer.from(certificate.rawData)).digest('base64');
    const template = after('<CertDigest>', (rest) =>
      swap(
        /(?<=X509SerialNumber[^>]*>)\d+/,
        String(BigInt(`0x${certificate.serialNumber}`)),
      )(swap(/(?<=DigestValue>)[^<]+/, digest)(rest)),
    )(unsigned(xml).replace(/(<DigestValue>)[^<]*(?=<\/DigestValue>\s*<\/Reference>\s*<\/SignedInfo>)/, '$1'));
    return Buffer.from(
      await sign(template, seal, [
        '--id-attr:Id',
        `${NS.ds}:Manifest`,
        '--id-attr:Id',
        'http://uri.etsi.org/01903/v1.1.1#:SignedProperties',
      ]),
    );
  };

  const completed = async (signature: Buffer): Promise<Buffer> => {
    const bent = MASKED.reduce((xml, [, bend]) => bend(xml), envelopeOf());
    const withHash = after('id="Signature01"', (rest) =>
      swap(
        /(?<=name="size">\s*<ValueList>\s*<Value>)\d+/,
        String(signature.length),
      )(swap(/(?<=name="hash">\s*<ValueList>\s*<Value>)\w+/, createHash('sha1').update(signature).digest('hex'))(rest)),
    )(bent);
    return Buffer.from(await sign(withHash, seal, ['--id-attr:ID', `${NS.saml}:Assertion`]));
  };

  const vihfContext = (xml: Buffer) => ({
    xml,
    trust,
    now: NOW,
    clientStructure: STRUCTURE,
    ejOf: {},
    seenAssertionIds: new Memory(),
  });

  it('passes every check once its masked facts are given back', async () => {
    const signature = await signatureFile();
    const xml = await completed(signature);
    const soap = read(xml);
    if (!soap.ok) throw new Error(soap.problem.reason);
    const vihf = await checkVihf(soap.value.assertion, vihfContext(xml));
    if (!vihf.ok) throw new Error(vihf.problem.reason);
    const attachments = new Map([
      ['0.2', kosOf()],
      ['0.3', signature],
    ]);
    const submission = await checkSubmission(soap.value.payload, attachments, {
      vihf: vihf.value,
      trust,
      now: NOW,
      clientStructure: STRUCTURE,
      ejOf: {},
    });
    expect(submission.ok ? [] : submission.problem).toEqual([]);
    // The published request puts referenceIdList behind the classifications, where ebRIM wants slots first.
    const verdict = await checkSchema(soap.value.payload, xsdDir, 'IHE/IHEXDSB.xsd');
    expect(verdict).toEqual({ schema: 'invalid', elements: 'Slot' });
  });

  it('is refused as it is: its certificate is masked', async () => {
    const xml = Buffer.from(envelopeOf());
    const soap = read(xml);
    if (!soap.ok) throw new Error(soap.problem.reason);
    const vihf = await checkVihf(soap.value.assertion, vihfContext(xml));
    expect(vihf.ok ? '' : vihf.problem.detail).toBe('VihfSignatureShape');
  });
});
