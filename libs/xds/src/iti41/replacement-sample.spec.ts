import { readFileSync } from 'node:fs';
import { REPLACED_ENTRY } from '../metadata/entry-uuid.js';
import type { SubmissionInput } from '../metadata/input.js';
import { aSubmission } from '../testing/fixtures.js';
import { differences, registryObjects, type Flat } from '../testing/flatten.js';
import { SEAL_SUBJECT, TestPki } from '../testing/pki.js';
import { describeWithSamples, sample } from '../testing/tools.js';
import { DEFAULT_XDS_SETTINGS } from '../xds-settings.js';
import { loadSigner } from '../xml-signature/signer.js';
import { withReplacedEntry } from './replaced-entry.js';
import { buildSubmission } from './submission.js';

const ENTRY = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const SET = 'set SubmissionSet01';
const KOS = 'entry DocumentKOS';
const SIGNATURE = 'entry Signature01';
const AUTHOR = 'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d';
const SET_AUTHOR = 'urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d';
const NO_SPECIALTY = 'no authorSpecialty, as in the official publication';
const OFFICIAL = 'as in the official publication';

/** Every line by which we depart from the made sample, and why. Not compared: symbolic ids, labels of codes. */
const INTENDED: Readonly<Record<string, string>> = {
  [`${SET} title`]: OFFICIAL,
  [`${SET} ${SET_AUTHOR}`]: NO_SPECIALTY,
  [`${SET} urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd`]: 'inside its RegistryPackage, not beside it',
  [`${KOS} ${AUTHOR}`]: NO_SPECIALTY,
  [`${KOS} comments`]: OFFICIAL,
  [`${KOS} title`]: OFFICIAL,
  [`${KOS} urn:ihe:iti:xds:2013:referenceIdList`]: 'the same references, in the order of the official publication',
  [`${SIGNATURE} ${AUTHOR}`]: NO_SPECIALTY,
  [`${SIGNATURE} creationTime`]: 'the instant of signing',
  [`${SIGNATURE} hash`]: 'the sample holds a placeholder',
  [`${SIGNATURE} serviceStartTime`]: 'the instant of signing',
  [`${SIGNATURE} serviceStopTime`]: 'the instant of signing',
  [`${SIGNATURE} size`]: 'the sample holds a placeholder',
  [`${SIGNATURE} sourcePatientId`]: OFFICIAL,
  [`${SIGNATURE} sourcePatientInfo`]: OFFICIAL,
  [`${SIGNATURE} urn:ihe:iti:xds:2013:referenceIdList`]: OFFICIAL,
  [`${SIGNATURE} urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f`]: 'hidden from every reader, as in the official one',
  'association urn:ihe:iti:2007:AssociationType:signs SubmissionSetStatus': OFFICIAL,
};

/** What the made sample was made of. */
const input = (kos: Buffer): SubmissionInput =>
  aSubmission({
    kos: {
      bytes: kos,
      sopInstanceUid: '1.2.250.1.213.4.5.3.900.1.1',
      createdAt: new Date('2026-01-02T09:15:00Z'),
    },
    signatureUniqueId: '1.2.250.1.213.4.5.3.3.1',
    patient: { ...aSubmission().patient, ipp: { value: 'IPP101', oid: '1.2.250.1.213.4.5.2.4' } },
    study: { ...aSubmission().study, uid: '1.2.250.1.213.4.5.2.1.102' },
    accession: { id: 'ACN102', authority: '1.2.250.1.213.4.5.2.5' },
    order: { id: 'OPN102', authority: '1.2.250.1.213.4.5.2.6' },
    structure: { id: '101235555', name: 'Centre de radiologie Ambroise' },
    author: { id: '801234560801', family: 'BIDEAULT', given: 'Jacques' },
    legalAuthenticator: { id: '801234560804', family: 'Dart', given: 'Thierry' },
    replaces: REPLACED_ENTRY,
  });

describeWithSamples('a replacement beside the made sample', () => {
  let pki: TestPki;
  beforeAll(() => void (pki = new TestPki()));
  afterAll(() => pki.remove());

  const build = (kos: Buffer): string => {
    const signer = loadSigner(pki.authority('AC TEST').issue(SEAL_SUBJECT));
    const settings = { ...DEFAULT_XDS_SETTINGS, authorMode: 'cda', eventCodeScheme: 'ci-sis' } as const;
    const built = buildSubmission(input(kos), signer, { ...settings, studyUidAuthority: null });
    if (!built.ok) throw new Error(JSON.stringify(built.problems));
    const sent = withReplacedEntry(built.value.metadataXml, ENTRY);
    if (!sent.ok) throw new Error(sent.problem);
    return sent.value;
  };

  it('says the same, line by line, but for the intended differences', () => {
    const file = readFileSync(sample('interop', 'xds', 'gen_iti41_kos_rplc.xml'), 'utf8');
    const kos = Buffer.from(/<xds:Document id="DocumentKOS">([^<]*)/.exec(file)?.[1] ?? '', 'base64');
    const metadataXml = build(kos);
    const [ours, made] = [metadataXml, file].map(registryObjects) as [Flat, Flat];
    expect(Object.keys(made).length).toBeGreaterThan(50);
    expect(differences(ours, made)).toEqual(Object.keys(INTENDED).toSorted());

    const specialty = /^(.*) authorSpecialty=.*$/;
    for (const author of [`${SET} ${SET_AUTHOR}`, `${KOS} ${AUTHOR}`, `${SIGNATURE} ${AUTHOR}`])
      expect(ours[author]).toEqual(made[author]?.map((line) => line.replace(specialty, '$1')));
    const references = `${KOS} urn:ihe:iti:xds:2013:referenceIdList`;
    const sorted = (flat: Flat): readonly string[] => flat[references]?.[0]?.split(' ; ').toSorted() ?? [];
    expect(sorted(ours)).toEqual(sorted(made));
    const ends = `sourceObject="DocumentKOS" targetObject="${ENTRY}"`;
    expect([metadataXml.includes(ends), file.includes(ends)]).toEqual([true, true]);
  });
});
