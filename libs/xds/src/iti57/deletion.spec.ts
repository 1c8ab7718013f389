import { readFileSync } from 'node:fs';
import type { DeletionInput } from '../metadata/input.js';
import { aSubmission } from '../testing/fixtures.js';
import { differences, registryObjects } from '../testing/flatten.js';
import { TestPki } from '../testing/pki.js';
import { describeWithSamples, sample, validate } from '../testing/tools.js';
import { DEFAULT_XDS_SETTINGS, type XdsSettings } from '../xds-settings.js';
import { buildDeletion, type Deletion } from './deletion.js';

const ENTRY = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const APPROVED = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved';
const ARCHIVED = 'urn:asip:ci-sis:2010:StatusType:Archived';
const UPDATE = 'association urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus';

const aDeletion = (overrides: Partial<DeletionInput> = {}): DeletionInput => {
  const { now, submissionSetUniqueId, sourceId, patient, structure, author, patientClass } = aSubmission();
  const set = { now, submissionSetUniqueId, sourceId, patient: { ins: patient.ins }, structure, author, patientClass };
  return { ...set, entryUuid: ENTRY, ...overrides };
};
const build = (overrides: Partial<DeletionInput> = {}, settings: Partial<XdsSettings> = {}): Deletion => {
  const result = buildDeletion(aDeletion(overrides), { ...DEFAULT_XDS_SETTINGS, ...settings });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};

describe('deleting an entry (TD3.3c)', () => {
  it('is one submission set and one association, from Approved to Deleted, on the entry', () => {
    const { metadataXml, ...ids } = build();
    expect(ids).toEqual({ submissionSetUniqueId: aSubmission().submissionSetUniqueId, entryUuid: ENTRY });
    expect(metadataXml).toContain(`sourceObject="SubmissionSet01" targetObject="${ENTRY}"`);
    const objects = registryObjects(metadataXml);
    expect(objects[`${UPDATE} OriginalStatus`]).toEqual([APPROVED]);
    expect(objects[`${UPDATE} NewStatus`]).toEqual(['urn:asip:ci-sis:2010:StatusType:Deleted']);
    expect(Object.keys(objects).filter((line) => !line.startsWith('set ') && !line.startsWith(UPDATE))).toEqual([]);
    expect(metadataXml.match(/<(RegistryPackage|ExtrinsicObject|Association) /g)).toEqual([
      '<RegistryPackage ',
      '<Association ',
    ]);
  });

  it('names the structure as its author, and the patient by the INS alone', () => {
    const { metadataXml } = build();
    expect(metadataXml).toContain('Centre de radiologie Alpha^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1990000001');
    expect(metadataXml).toContain('value="279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH"');
    // A whole SubmissionInput is a fit input too; none of its traits leaves with a deletion.
    expect(build({ patient: aSubmission().patient }).metadataXml).toBe(metadataXml);
  });

  it('says the status the entry has, when it is archived', () => {
    expect(registryObjects(build({ originalStatus: 'Archived' }).metadataXml)[`${UPDATE} OriginalStatus`]).toEqual([
      ARCHIVED,
    ]);
  });

  it('gives the same bytes for the same input, and freezes them', () => {
    expect(build()).toEqual(build());
    expect(Object.isFrozen(build())).toBe(true);
  });

  it.each<[Partial<DeletionInput>, string]>([
    [{ entryUuid: '' }, 'entryUuid missing'],
    [{ entryUuid: '1.2.250.1.213.4.5.3.900.1.1' }, 'entryUuid invalid'],
    [{ entryUuid: 'ReplacedEntry' }, 'entryUuid invalid'],
    [{ entryUuid: `${ENTRY}"/><Association` }, 'entryUuid invalid'],
    [{ submissionSetUniqueId: 'urn:oid:1.2' }, 'submissionSetUniqueId invalid'],
    [{ sourceId: '' }, 'sourceId missing'],
    [{ patient: { ins: { value: '\u0007', oid: '1.2' } } }, 'patientId invalid'],
    [{ patient: { ins: { value: '1', oid: 'x' } } }, 'patientId.authority invalid'],
    [{ patient: { ins: { value: '1'.repeat(300), oid: '1.2' } } }, 'patientId too-long'],
    [{ structure: { id: '', name: 'Alpha' } }, 'authorInstitution missing'],
    [{ structure: { id: '1', name: '^' } }, 'authorInstitution.name missing'],
    [{ structure: { id: '9'.repeat(300), name: 'Alpha' } }, 'authorPerson too-long,authorInstitution too-long'],
    [{ sourceId: `1.${'2'.repeat(300)}` }, 'sourceId too-long'],
  ])('reports what the DMP would refuse: %#', (overrides, expected) => {
    const result = buildDeletion(aDeletion(overrides));
    const problems = result.ok ? [] : result.problems.map(({ field, problem }) => `${field} ${problem}`);
    expect(problems.join()).toBe(expected);
  });

  describeWithSamples('beside the schema and the made sample', () => {
    let pki: TestPki;
    beforeAll(() => void (pki = new TestPki()));
    afterAll(() => pki.remove());

    const hostile = `É & <b> "x" 'y' ^|~\\ ]]>\u0000 targetObject="${ENTRY}"/>`;
    it.each<[string, Partial<DeletionInput>, Partial<XdsSettings>]>([
      ['a deletion', {}, {}],
      ['the least there may be', { author: undefined, patientClass: undefined }, {}],
      ['an author from the report', {}, { authorMode: 'cda' }],
      [
        'hostile names',
        {
          structure: { id: '1^9&9', name: hostile },
          author: { id: '8|9', family: hostile, given: hostile },
          patientClass: hostile,
        },
        { authorMode: 'cda' },
      ],
    ])('%s validates', (_what, input, settings) => {
      const { metadataXml } = build(input, settings);
      expect(validate(pki, metadataXml, 'ebRS30', 'lcm.xsd')).toMatchObject({ ok: true });
      expect(metadataXml.split('<Association ')).toHaveLength(2);
    });

    /** Every line by which we depart from the made sample, and why. Not compared: symbolic ids, labels of codes. */
    const INTENDED: Readonly<Record<string, string>> = {
      'set SubmissionSet01 title': 'the title of our publications',
      'set SubmissionSet01 urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d':
        'no authorSpecialty, as in the official publication',
      'set SubmissionSet01 urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd':
        'inside its RegistryPackage, as in the official publication, not beside it',
    };

    it('is the made sample line by line, but for the intended differences', () => {
      const file = readFileSync(sample('interop', 'xds', 'gen_iti57_td33c_delete.xml'), 'utf8');
      const made = registryObjects(file);
      const { metadataXml } = build(
        {
          submissionSetUniqueId: '1.2.250.1.213.4.5.3.2.9',
          structure: { id: '101235555', name: 'Centre de radiologie Ambroise' },
          author: { id: '801234560801', family: 'BIDEAULT', given: 'Jacques' },
        },
        { authorMode: 'cda' },
      );
      const ours = registryObjects(metadataXml);
      expect(Object.keys(made).length).toBeGreaterThan(10);
      expect(differences(ours, made)).toEqual(Object.keys(INTENDED).toSorted());
      const ends = `sourceObject="SubmissionSet01" targetObject="${ENTRY}"`;
      expect([metadataXml.includes(ends), file.includes(ends)]).toEqual([true, true]);
      const specialty = /^(.*) authorSpecialty=.*$/;
      const author = 'set SubmissionSet01 urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d';
      expect(ours[author]).toEqual(made[author]?.map((line) => line.replace(specialty, '$1')));
    });
  });
});
