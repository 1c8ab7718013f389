import { readFileSync } from 'node:fs';
import { buildSubmission } from '../iti41/submission.js';
import { differences, registryObjects, type Flat } from '../testing/flatten.js';
import { SEAL_SUBJECT, TestPki } from '../testing/pki.js';
import { describeWithSamples, sample } from '../testing/tools.js';
import { DEFAULT_XDS_SETTINGS, type XdsSettings } from '../xds-settings.js';
import { loadSigner, type Signer } from '../xml-signature/signer.js';
import type { SubmissionInput } from './input.js';

const AUTHOR = { id: '899700367909', family: 'DOC0036790', given: 'KIT' };

/** What the official publication was made of. */
const input = (kos: Buffer): SubmissionInput => ({
  now: new Date('2023-11-14T14:44:58Z'),
  kos: {
    bytes: kos,
    sopInstanceUid: '1.3.2.751468943.3.1234.56838.231114144457.1.1.1',
    createdAt: new Date('2023-11-14T14:44:57Z'),
  },
  submissionSetUniqueId: '1.2.250.1.999.1.1.8121.5.7122',
  signatureUniqueId: '2.25.253872960909518376796861585574417771331',
  sourceId: '1.2.250.1.999.1.1.8121',
  patient: {
    ins: { value: '162018885045327', oid: '1.2.250.1.213.1.4.10' },
    birthFamily: 'PAT-SIX',
    birthGivens: ['Alain'],
    sex: 'M',
    birthDate: '19960124',
  },
  study: {
    uid: '1.3.6.1.4.1.5962.99.1.3711725607.829148806.1687338938407.3.116',
    acts: [{ code: '63337009', system: '1.2.250.1.213.2.5', display: 'Abdomen + pelvis' }],
    modalities: [{ code: 'MR', system: '1.2.840.10008.2.16.4', display: 'Magnetic Resonance' }],
    regions: [],
    start: '20210104092200+0000',
    stop: '20210104160500+0000',
  },
  accession: { id: '7252295367250016', authority: '1.2.840.113619.6.196' },
  order: { id: '12989855966', authority: '2.16.840.1.113883.6.96' },
  structure: { id: '499700367909006', name: 'BCOM' },
  author: AUTHOR,
  legalAuthenticator: AUTHOR,
  facilityType: { code: 'SA01', system: '1.2.250.1.71.4.2.4', display: 'Etablissement public de santé' },
  practiceSetting: { code: 'AMBULATOIRE', system: '1.2.250.1.213.1.1.4.9', display: 'Ambulatoire' },
  visibility: { masquePs: false, invisiblePatient: false, invisibleRepresentants: false },
});

const SETTINGS: XdsSettings = {
  ...DEFAULT_XDS_SETTINGS,
  authorMode: 'cda',
  defaultContentType: { code: '04', system: '1.2.250.1.213.2.2', display: 'Hospitalisation de jour' },
};

const DOCUMENT = 'entry DocumentKOS';
const SIGNATURE = 'entry Signature01';

/**
 * Every line by which we depart from the official publication, and why. Not compared: labels of codes, symbolic ids,
 * the empty nodeRepresentation of authors (ITI TF-3 §4.2.3.1.2) and the order of elements, which breaks rim.xsd there.
 */
const INTENDED: Readonly<Record<string, string>> = {
  [`${DOCUMENT} submissionTime`]: 'belongs to the submission set alone (ITI TF-3 §4.2.3.3.10)',
  [`${SIGNATURE} submissionTime`]: 'belongs to the submission set alone (ITI TF-3 §4.2.3.3.10)',
  'set SubmissionSet01 title': 'a real title in place of a placeholder',
  'set SubmissionSet01 comments': 'the sample holds a placeholder',
  [`${SIGNATURE} hash`]: 'another seal signs',
  [`${SIGNATURE} size`]: 'another seal signs',
};

describeWithSamples('beside the official samples', () => {
  let pki: TestPki;
  let signer: Signer;
  beforeAll(() => {
    pki = new TestPki();
    signer = loadSigner(pki.authority('AC TEST').issue(SEAL_SUBJECT));
  });
  afterAll(() => pki.remove());

  const build = (one: SubmissionInput): Flat => {
    const result = buildSubmission(one, signer, SETTINGS);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return registryObjects(result.value.metadataXml);
  };

  it('publishes what the official publication does, slot by slot, but for the intended differences', () => {
    const file = readFileSync(sample('drim-m-poc', 'XDS', 'publication.xml'), 'utf8');
    const official = registryObjects(/<soap:Envelope[\s\S]*?<\/soap:Envelope>/.exec(file)?.[0] ?? '');
    const kos = Buffer.from(/Content-ID: <0\.2>\s+([A-Za-z0-9+/=\s]+)\n--/.exec(file)?.[1] ?? '', 'base64');
    expect(Object.keys(official).length).toBeGreaterThan(50);
    expect(differences(build(input(kos)), official)).toEqual(Object.keys(INTENDED).toSorted());
  });

  it.each(['gen_iti41_kos_original', 'gen_iti41_kos_rplc', 'gen_iti41_kos_invisible_patient'])(
    'has every slot and scheme of %s',
    (name) => {
      const made = registryObjects(readFileSync(sample('interop', 'xds', `${name}.xml`), 'utf8'));
      const ours = build({
        ...input(Buffer.from('kos')),
        ...(name.endsWith('rplc') ? { replaces: 'urn:uuid:00000000-0000-4000-8000-000000000001' } : {}),
      });
      // The made signature entry repeats the patient's traits; the official one does not.
      const missing = Object.keys(made).filter((key) => !(key in ours) && key !== `${SIGNATURE} sourcePatientInfo`);
      expect(missing).toEqual([]);
      if (name.endsWith('rplc'))
        expect(ours['association urn:ihe:iti:2007:AssociationType:RPLC ends']).toEqual(['DocumentKOS entryUUID']);
    },
  );
});
