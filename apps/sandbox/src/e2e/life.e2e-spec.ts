import { tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { signatoryOf } from '../mesh/report-of.js';
import { deleteStudy, loadInstances, loadStudy } from '../pacs/pacs-loader.js';
import { instancesOf, type Study, type StudyOptions } from '../studies/generate-study.js';
import { testPatient } from '../studies/test-patient.js';
import { inspectKos } from './kos-inspection.js';
import { examWhere, studyOf } from './play.js';
import { examAtRest, pointersOf, statusesOf, ToldReport } from './told-report.js';

const PUBLISHER = { DRIMBOX_RETRY_DMP_SECONDS: '0.3,0.5', DRIMBOX_RETRY_ABSENT_SECONDS: '0.3,0.5' };

/** Replacement, visibility, withdrawal and corrected identities, each in the order a RIS means them (drimbox-rules §2.2, §3.4, §6.4). */
describe('the life of a pointer as the RIS tells it', () => {
  let mesh: Mesh;
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, env: { 'kos-publisher': PUBLISHER } });
  }, 120_000);
  afterAll(() => mesh?.stop());
  beforeEach(() => mesh.reset());

  async function loaded(number: number, options: Partial<StudyOptions> = {}): Promise<Study> {
    const study = studyOf(number, options);
    await loadStudy(mesh.stack.pacs[0]!, study);
    return study;
  }

  /** Several studies of one patient. */
  async function loadedOf(...numbers: number[]): Promise<Study[]> {
    const patient = testPatient(numbers[0]!);
    return Promise.all(numbers.map((number) => loaded(number, { patient, patientId: `IPP${numbers[0]}` })));
  }

  const rest = (study: Study, state: string) => examAtRest(mesh, study.uid, state);
  const statuses = ({ uid }: Study): Promise<string[]> => statusesOf(mesh, uid);
  const hidden = async ({ uid }: Study): Promise<readonly (readonly string[])[]> =>
    (await pointersOf(mesh, uid)).map((pointer) => pointer.hidden);

  /** Values of top-level and nested attributes in the KOS of each pointer, oldest first. */
  async function inKos(study: Study, ...paths: string[]): Promise<string[][]> {
    const entries = await mesh.entriesOf(study.uid);
    return Promise.all(
      entries.map(async ({ uniqueId }) => {
        const { attributes, errors } = await inspectKos(await mesh.dmp.document(uniqueId));
        expect(errors).toEqual([]);
        return paths.map((path) => attributes.find((attribute) => attribute.path === path)?.value ?? '');
      }),
    );
  }

  describe.each(['ORU', 'MDM'] as const)('in %s', (kind) => {
    const base = kind === 'ORU' ? 1200 : 1300;
    const told = (number: number): ToldReport => new ToldReport(mesh, number, kind);

    it('a replacement: the PACS is asked again, a new version of the KOS takes the place of the old one', async () => {
      const study = studyOf(base + 1, { series: [{ modality: 'CT', instances: 3 }] });
      const [late, ...first] = instancesOf(study).toReversed();
      await loadInstances(mesh.stack.pacs[0]!, first);
      const report = told(base + 1);
      await report.version(1, [study]);
      const before = await rest(study, 'published');
      await loadInstances(mesh.stack.pacs[0]!, [late!]);
      await report.version(2, [study]);
      const after = await rest(study, 'published');
      expect(after.kos).not.toBe(before.kos);
      expect(await statuses(study)).toEqual(['Deprecated', 'Approved']);
      expect((await mesh.entriesOf(study.uid))[0]?.replacedBy).toBe(after.kos);
      const evidence = '(0040,a375)[0].(0008,1115)[0].(0008,1199)';
      const paths = ['(0008,0018)', '(0020,0013)', `${evidence}[1].(0008,1155)`, `${evidence}[2].(0008,1155)`];
      const [old, now] = await inKos(study, ...paths);
      expect(old?.slice(0, 2)).toEqual([before.kos, '1']);
      expect(now?.slice(0, 2)).toEqual([after.kos, '2']);
      expect([old?.[3], now?.slice(2).filter((uid) => uid !== '').length]).toEqual(['', 2]);
    });

    it('visibility: hidden, then shown again, each a version with the flags of its report', async () => {
      const study = await loaded(base + 2);
      const report = told(base + 2);
      await report.version(1, [study]);
      await rest(study, 'published');
      await report.visibility(2, [study], { INVISIBLE_PATIENT: true, MASQUE_PS: true });
      await rest(study, 'published');
      await report.visibility(3, [study], {});
      const { steps } = await rest(study, 'published');
      expect(await statuses(study)).toEqual(['Deprecated', 'Deprecated', 'Approved']);
      expect((await hidden(study)).map((codes) => codes.toSorted())).toEqual([
        [],
        ['INVISIBLE_PATIENT', 'MASQUE_PS'],
        [],
      ]);
      expect(steps.map(({ event }) => event).filter((event) => event.startsWith('report.'))).toEqual([
        'report.new',
        'report.hide',
        'report.show',
      ]);
      expect(await inKos(study, '(0020,0013)')).toEqual([['1'], ['2'], ['3']]);
    });

    it('a withdrawal: deleted in the DMP, nothing shown; told again, nothing more happens', async () => {
      const study = await loaded(base + 3);
      const report = told(base + 3);
      await report.version(1, [study]);
      await rest(study, 'published');
      await report.withdraw(1, [study]);
      await rest(study, 'withdrawn');
      expect(await statuses(study)).toEqual(['Deleted']);
      const requests = (await mesh.dmp.submissions()).length;
      await report.withdraw(1, [study]);
      await rest(study, 'withdrawn');
      expect((await mesh.dmp.submissions()).length).toBe(requests);
      // A new report on the study is a pointer of its own.
      await told(base + 4).version(1, [study]);
      await rest(study, 'published');
      expect(await statuses(study)).toEqual(['Deleted', 'Approved']);
    });

    it('one report on three studies: replaced, one dropped, one added, withdrawn', async () => {
      const [one, two, three] = (await loadedOf(base + 5, base + 6, base + 7)) as [Study, Study, Study];
      const report = told(base + 5);
      await report.version(1, [one, two]);
      await rest(one, 'published');
      await rest(two, 'published');
      await report.version(2, [two, three]);
      await rest(one, 'withdrawn');
      await rest(two, 'published');
      await rest(three, 'published');
      expect(await Promise.all([one, two, three].map(statuses))).toEqual([
        ['Deleted'],
        ['Deprecated', 'Approved'],
        ['Approved'],
      ]);
      await report.withdraw(2, [two, three]);
      await rest(two, 'withdrawn');
      await rest(three, 'withdrawn');
      expect(await Promise.all([two, three].map(statuses))).toEqual([['Deprecated', 'Deleted'], ['Deleted']]);
    });
  });

  it('a corrected accession number and local id, in the report and in the PACS', async () => {
    const study = await loaded(1401);
    const report = new ToldReport(mesh, 1401);
    await report.version(1, [study]);
    await rest(study, 'published');
    const corrected = studyOf(1401, { accession: 'ACN1499', patientId: 'IPP1499' });
    await deleteStudy(mesh.stack.pacs[0]!, study.uid);
    await loadStudy(mesh.stack.pacs[0]!, corrected);
    await report.version(2, [corrected]);
    await rest(study, 'published');
    expect(await statuses(study)).toEqual(['Deprecated', 'Approved']);
    expect(await inKos(study, '(0040,a370)[0].(0008,0050)')).toEqual([['ACN1401'], ['ACN1499']]);
    const ids = (await mesh.entriesOf(study.uid)).map(({ referenceIds }) => referenceIds.join());
    expect(ids.map((id) => [id.includes('ACN1401'), id.includes('ACN1499')])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('a corrected accession number that the PACS does not have yet: the old pointer stays, nothing wrong is published', async () => {
    const study = await loaded(1402);
    const report = new ToldReport(mesh, 1402);
    await report.version(1, [study]);
    await rest(study, 'published');
    await report.version(2, [studyOf(1402, { accession: 'ACN1498' })]);
    const held = await rest(study, 'replacing');
    expect(held.cause?.code).toBe('DRIM-401');
    expect(await statuses(study)).toEqual(['Approved']);
  });

  describe('a corrected INS', () => {
    const right = testPatient(1411);

    it('leaves the old record and enters the new one', async () => {
      const study = await loaded(1411);
      const report = new ToldReport(mesh, 1411);
      await report.version(1, [study]);
      await rest(study, 'published');
      await report.version(2, [study], { cda: { patient: right } });
      await rest(study, 'published');
      expect(await pointersOf(mesh, study.uid)).toMatchObject([
        { status: 'Deleted', ins: study.patient.ins },
        { status: 'Approved', ins: right.ins },
      ]);
      // Another record, another family of versions: nothing in the old record may lead to the new one.
      expect((await mesh.entriesOf(study.uid)).map(({ replacedBy }) => replacedBy)).toEqual([undefined, undefined]);
    });

    it.each([
      ['delete', 1412, ['Approved', 'Approved']],
      ['publish', 1413, ['Deleted']],
    ] as const)('either half waits without the other: no %s', async (operation, number, meanwhile) => {
      const study = await loaded(number);
      const report = new ToldReport(mesh, number);
      await report.version(1, [study]);
      await rest(study, 'published');
      await mesh.behave({ kind: 'busy', operation });
      await report.version(2, [study], { cda: { patient: right } });
      await examWhere(mesh, study.uid, ({ attempts }) => attempts >= 2);
      expect(await statuses(study)).toEqual(meanwhile);
      await mesh.dmp.behaveWell();
      await mesh.examIn(study.uid, 'published');
      await rest(study, 'published');
      expect(await pointersOf(mesh, study.uid)).toMatchObject([
        { status: 'Deleted', ins: study.patient.ins },
        { status: 'Approved', ins: right.ins },
      ]);
    });
  });

  it('each act is made in the name of the person of the report that caused it', async () => {
    const site = mesh.stack.sites[0]!;
    const people = ['801234560901', '801234560902', '801234560903'].map((id) => {
      const signatory = signatoryOf(site);
      return { ...signatory, person: { ...signatory.person, id } };
    });
    const [first, second, third] = people as [
      (typeof people)[number],
      (typeof people)[number],
      (typeof people)[number],
    ];
    const study = await loaded(1421);
    const report = new ToldReport(mesh, 1421);
    await report.version(1, [study], { sender: first, cda: { author: first } });
    await rest(study, 'published');
    await report.version(2, [study], { sender: second, cda: { author: second } });
    await rest(study, 'published');
    await report.withdraw(2, [study], { sender: third, cda: { author: third } });
    await rest(study, 'withdrawn');
    const acts = (await mesh.dmp.submissions()).filter(({ operation }) => operation !== 'query');
    expect(acts.map(({ operation, verdict, subject }) => [operation, verdict, subject])).toEqual([
      ['publish', 'accepted', first.person.id],
      ['replace', 'accepted', second.person.id],
      ['delete', 'accepted', third.person.id],
    ]);
    const metadata = await Promise.all(
      (await mesh.entriesOf(study.uid)).map(({ uniqueId }) => mesh.dmp.metadata(uniqueId)),
    );
    expect(metadata.map((xml) => people.map(({ person }) => xml.includes(person.id)))).toEqual([
      [true, false, false],
      [false, true, false],
    ]);
  });
});
