import type { ExamDetail } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import type { Study } from '../studies/generate-study.js';
import { examWhere, studyOf } from './play.js';
import { examAtRest, pointersOf, statusesOf, ToldReport } from './told-report.js';

const PUBLISHER = {
  DRIMBOX_RETRY_DMP_SECONDS: '0.3,0.5',
  DRIMBOX_RETRY_ABSENT_SECONDS: '0.3,0.5',
  DRIMBOX_DMP_CONNECT_SECONDS: '1',
  DRIMBOX_DMP_ANSWER_SECONDS: '2',
};

/** Late, doubled and crossed messages, a DMP that is away, and what others do there: the end is that of the reports. */
describe('the order of messages and what happens meanwhile', () => {
  let mesh: Mesh;
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, env: { 'kos-publisher': PUBLISHER } });
  }, 120_000);
  afterAll(() => mesh?.stop());
  beforeEach(() => mesh.reset());

  async function loaded(number: number): Promise<Study> {
    const study = studyOf(number);
    await loadStudy(mesh.stack.pacs[0]!, study);
    return study;
  }

  async function published(number: number): Promise<{ study: Study; report: ToldReport; kos: string }> {
    const study = await loaded(number);
    const report = new ToldReport(mesh, number);
    await report.version(1, [study]);
    const { kos } = await rest(study, 'published');
    return { study, report, kos: kos ?? '' };
  }

  const rest = (study: Study, state: string) => examAtRest(mesh, study.uid, state);
  const statuses = ({ uid }: Study): Promise<string[]> => statusesOf(mesh, uid);
  const acts = async (): Promise<(string | undefined)[]> =>
    (await mesh.dmp.submissions())
      .filter(({ operation, verdict }) => operation !== 'query' && verdict === 'accepted')
      .map(({ operation }) => operation);

  describe('order', () => {
    it('a withdrawal before its report: nothing is ever published', async () => {
      const study = await loaded(1501);
      const report = new ToldReport(mesh, 1501);
      await report.withdraw(1, [study]);
      await rest(study, 'withdrawn');
      await report.version(1, [study]);
      await rest(study, 'withdrawn');
      expect(await mesh.dmp.submissions()).toEqual([]);
    });

    it('a replacement before the original: published at once, and the original changes nothing', async () => {
      const study = await loaded(1502);
      const report = new ToldReport(mesh, 1502);
      await report.visibility(2, [study], { INVISIBLE_PATIENT: true });
      const { kos } = await rest(study, 'published');
      await report.version(1, [study]);
      expect((await rest(study, 'published')).kos).toBe(kos);
      expect(await pointersOf(mesh, study.uid)).toMatchObject([{ status: 'Approved', hidden: ['INVISIBLE_PATIENT'] }]);
    });

    it('the third version before the second: the third stays', async () => {
      const { study, report } = await published(1503);
      await report.visibility(3, [study], { MASQUE_PS: true });
      const { kos } = await rest(study, 'published');
      await report.version(2, [study]);
      expect((await rest(study, 'published')).kos).toBe(kos);
      expect(await acts()).toEqual(['publish', 'replace']);
      expect((await pointersOf(mesh, study.uid)).map(({ hidden }) => hidden)).toEqual([[], ['MASQUE_PS']]);
    });

    it('a withdrawal of a version that was replaced: the newer one stays', async () => {
      const { study, report } = await published(1504);
      await report.version(2, [study]);
      await rest(study, 'published');
      await report.withdraw(1, [study]);
      await rest(study, 'published');
      expect(await statuses(study)).toEqual(['Deprecated', 'Approved']);
    });

    it('every message twice, the last one first', async () => {
      const study = await loaded(1505);
      const report = new ToldReport(mesh, 1505, 'MDM');
      for (const version of [3, 1, 3, 2, 1, 2]) await report.version(version, [study]);
      const exam = await rest(study, 'published');
      expect(exam.reports).toBe(3);
      expect((await statuses(study)).filter((status) => status === 'Approved')).toHaveLength(1);
    });
  });

  describe('a change while an earlier one waits', () => {
    it('only the last of three changes is ever published', async () => {
      const { study, report } = await published(1511);
      await mesh.behave({ kind: 'down' });
      await report.visibility(2, [study], { MASQUE_PS: true });
      await examWhere(mesh, study.uid, ({ state, attempts }) => state === 'replacing' && attempts > 0);
      await report.visibility(3, [study], { INVISIBLE_REP_LEGAUX: true });
      await report.visibility(4, [study], { INVISIBLE_PATIENT: true });
      await examWhere(mesh, study.uid, ({ reports, attempts }) => reports === 4 && attempts > 0);
      await mesh.dmp.behaveWell();
      await mesh.examIn(study.uid, 'published');
      await rest(study, 'published');
      expect(await acts()).toEqual(['publish', 'replace']);
      expect((await pointersOf(mesh, study.uid)).map(({ hidden }) => hidden)).toEqual([[], ['INVISIBLE_PATIENT']]);
    });

    it('a first publication that waits is overtaken by its replacement', async () => {
      await mesh.behave({ kind: 'busy' });
      const study = await loaded(1512);
      const report = new ToldReport(mesh, 1512);
      await report.version(1, [study]);
      await examWhere(mesh, study.uid, ({ state, attempts }) => state === 'sending' && attempts > 0);
      await report.visibility(2, [study], { MASQUE_PS: true });
      await examWhere(mesh, study.uid, ({ reports, attempts }) => reports === 2 && attempts > 0);
      await mesh.dmp.behaveWell();
      await mesh.examIn(study.uid, 'published');
      await rest(study, 'published');
      expect(await acts()).toEqual(['publish']);
      expect(await pointersOf(mesh, study.uid)).toMatchObject([{ status: 'Approved', hidden: ['MASQUE_PS'] }]);
    });

    it('a withdrawal overtakes a replacement whose answer was lost', async () => {
      const { study, report } = await published(1513);
      await mesh.behave({ kind: 'lose-answer', operation: 'replace', times: 1 });
      await mesh.behave({ kind: 'busy', operation: 'query', times: 2 });
      await report.version(2, [study]);
      await report.withdraw(2, [study]);
      await mesh.examIn(study.uid, 'withdrawn');
      await rest(study, 'withdrawn');
      expect((await statuses(study)).filter((status) => status === 'Approved')).toEqual([]);
    });

    it('a replacement that the DMP carries out after it was given up: the version is there, nothing is lost', async () => {
      const { study, report } = await published(1516);
      await mesh.behave({ kind: 'slow', ms: 3_000, operation: 'replace', times: 1 });
      await report.version(2, [study]);
      const gaveUp = ({ steps }: ExamDetail): boolean => steps.some(({ cause }) => cause?.code === 'DRIM-501');
      await examWhere(mesh, study.uid, (exam) => exam.state === 'published' && gaveUp(exam));
      await rest(study, 'published');
      expect(await statuses(study)).toEqual(['Deprecated', 'Approved']);
    });

    it('a first publication that the DMP carries out after its withdrawal: deleted when it comes', async () => {
      const study = await loaded(1517);
      const report = new ToldReport(mesh, 1517);
      await mesh.behave({ kind: 'slow', ms: 3_500, operation: 'publish', times: 1 });
      await report.version(1, [study]);
      await examWhere(mesh, study.uid, ({ state, attempts }) => state === 'sending' && attempts > 0);
      // Nothing else is sent meanwhile: only the late one can be there.
      await mesh.behave({ kind: 'busy', operation: 'publish' });
      await report.withdraw(1, [study]);
      await mesh.examIn(study.uid, 'withdrawn');
      await rest(study, 'withdrawn');
      expect(await statuses(study)).toEqual(['Deleted']);
    });

    it.each([
      ['lose-answer', 1514],
      ['cut-mid-answer', 1515],
    ] as const)('a deletion whose answer is lost (%s): looked for, done once', async (kind, number) => {
      const { study, report } = await published(number);
      await mesh.behave({ kind, operation: 'delete', times: 1 });
      await report.withdraw(1, [study]);
      await mesh.examIn(study.uid, 'withdrawn');
      await rest(study, 'withdrawn');
      expect(await statuses(study)).toEqual(['Deleted']);
      expect((await mesh.dmp.submissions()).filter(({ operation }) => operation === 'delete')).toHaveLength(1);
    });
  });

  describe('what others do in the DMP', () => {
    it('metadata updated (another entryUUID) before a replacement and before a deletion', async () => {
      const { study, report, kos } = await published(1521);
      await mesh.dmp.changeByOthers(kos, 'touch');
      await report.version(2, [study]);
      const { kos: second } = await rest(study, 'published');
      expect(await statuses(study)).toEqual(['Deprecated', 'Approved']);
      await mesh.dmp.changeByOthers(second ?? '', 'touch');
      await report.withdraw(2, [study]);
      await rest(study, 'withdrawn');
      expect(await statuses(study)).toEqual(['Deprecated', 'Deleted']);
    });

    it('deleted there: a later withdrawal is a success', async () => {
      const { study, report, kos } = await published(1522);
      await mesh.dmp.changeByOthers(kos, 'delete');
      await report.withdraw(1, [study]);
      expect((await rest(study, 'withdrawn')).cause).toBeNull();
      expect((await mesh.dmp.submissions()).some(({ operation }) => operation === 'delete')).toBe(false);
    });

    it('deleted there: a later replacement waits for the operator and brings nothing back', async () => {
      const { study, report, kos } = await published(1523);
      await mesh.dmp.changeByOthers(kos, 'delete');
      await report.version(2, [study]);
      const lost = await rest(study, 'lost');
      expect(lost.cause?.code).toBe('DRIM-507');
      expect(lost.nextAttemptAt).toBeNull();
      await report.version(3, [study]);
      await rest(study, 'lost');
      expect(await statuses(study)).toEqual(['Deleted']);
      await report.withdraw(3, [study]);
      await rest(study, 'withdrawn');
    });
  });

  it('two reports on one study: the pointer stays until the last one is withdrawn', async () => {
    const { study, report, kos } = await published(1531);
    const other = new ToldReport(mesh, 1532, 'MDM');
    await other.version(1, [study]);
    await rest(study, 'published');
    await report.withdraw(1, [study]);
    expect((await rest(study, 'published')).kos).toBe(kos);
    expect(await statuses(study)).toEqual(['Approved']);
    await other.withdraw(1, [study]);
    await rest(study, 'withdrawn');
    expect(await statuses(study)).toEqual(['Deleted']);
  });

  it('two patients on one study: nothing moves until one report is corrected or withdrawn', async () => {
    const { study, report, kos } = await published(1541);
    const other = new ToldReport(mesh, 1542);
    const patient = { ...study.patient, ins: '179035121518985' };
    await other.version(1, [study], { cda: { patient } });
    const held = await rest(study, 'conflicting');
    expect([held.cause?.code, held.kos]).toEqual(['DRIM-409', kos]);
    expect(await statuses(study)).toEqual(['Approved']);
    await report.withdraw(1, [study]);
    await eventually(async () => (await statuses(study)).join() === 'Deleted,Approved');
    expect((await pointersOf(mesh, study.uid)).at(-1)?.ins).toBe(patient.ins);
  });
});
