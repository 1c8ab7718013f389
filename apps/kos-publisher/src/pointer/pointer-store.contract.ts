import { randomUUID } from 'node:crypto';
import type { Report } from '@drimbox/contracts';
import { aReport, aVersion } from '../testing/fixtures.js';
import type { Exam, FrozenVersion, PointerStore, PointerTx, StoredReport } from './pointer-store.js';

/**
 * What every form of the tables of the pointers must do; run against the memory twin and against PostgreSQL.
 * @param open the store, on which the DMP may still do for so many seconds what was given up.
 */
export function pointerStoreContract(open: (lateSeconds: number) => PointerStore): void {
  let store: PointerStore;
  /** Each test has a site of its own, so none sees the rows of another. */
  let site: string;
  beforeEach(() => {
    store = open(0);
    site = `site-${randomUUID()}`;
  });

  const STUDY = '1.2.250.1.9.1';
  const OTHER_STUDY = '1.2.250.1.9.2';
  const one = <T>(work: (tx: PointerTx) => Promise<T>): Promise<T> => store.transaction(work);

  /** A report of document `1.2.8.n` over the studies, in the lineage. */
  function report(document: number, over: Partial<Report> = {}, studies: readonly string[] = [STUDY]): Report {
    const [template] = aReport().studies;
    if (!template) throw new Error('the fixture names a study');
    return aReport({
      id: randomUUID(),
      site,
      sequence: document,
      document: { ...aReport().document, id: { root: `1.2.8.${document}` } },
      studies: studies.map((uid) => ({ ...template, uid })),
      ...over,
    });
  }
  const replacing = (document: number, former: number, setId?: string): Partial<Report> => ({
    operation: 'replace',
    document: {
      ...aReport().document,
      id: { root: `1.2.8.${document}` },
      replaces: { root: `1.2.8.${former}` },
      ...(setId && { setId: { root: setId, extension: 'set' } }),
    },
  });
  const add = (stored: StoredReport): Promise<boolean> => one((tx) => tx.addReport(stored));
  const examOf = (tx: PointerTx, study = STUDY): Promise<Exam> => tx.lockExam({ site, study, pacsLink: 'pacs-a' });

  /** An exam with one report and one frozen version. */
  async function frozenExam(): Promise<{ exam: Exam; basis: StoredReport; frozen: FrozenVersion }> {
    const basis = { report: report(1), lineage: randomUUID() };
    return one(async (tx) => {
      await tx.addReport(basis);
      const exam = await examOf(tx);
      const frozen = aVersion(exam, basis);
      await tx.freeze(frozen);
      return { exam, basis, frozen };
    });
  }

  describe('reports and their lineages', () => {
    it('knows a document by its id and operation, whatever the message', async () => {
      const lineage = randomUUID();
      const first = report(1);
      expect(await add({ report: first, lineage })).toBe(true);
      expect(await add({ report: first, lineage })).toBe(false);
      expect(await add({ report: report(1), lineage })).toBe(false);
      expect(await add({ report: report(1, { operation: 'withdraw' }), lineage })).toBe(true);
      expect(await add({ report: report(1, { site: `${site}-b` }), lineage: randomUUID() })).toBe(true);
      const known = await one((tx) => tx.reportsOf(site, STUDY));
      expect(known.map((stored) => stored.report.operation).toSorted()).toEqual(['new', 'withdraw']);
      expect(known.find((stored) => stored.report.operation === 'new')).toEqual({ report: first, lineage });
    });

    it('finds a lineage by its set, its documents, and the documents they replace', async () => {
      const lineage = randomUUID();
      await add({ report: report(2, replacing(2, 1, '1.2.7.1')), lineage });
      const of = (setId: string | undefined, ...documents: string[]): Promise<string[]> =>
        one((tx) => tx.lineagesOf(site, setId, documents));
      expect(await of('1.2.7.1^set', '1.2.8.9')).toEqual([lineage]);
      expect(await of(undefined, '1.2.8.2')).toEqual([lineage]);
      expect(await of(undefined, '1.2.8.1')).toEqual([lineage]);
      expect(await of('1.2.7.1', '1.2.8.9')).toEqual([]);
      expect(await of(undefined, '1.2.8.9')).toEqual([]);
      expect(await one((tx) => tx.lineagesOf(`${site}-b`, '1.2.7.1^set', ['1.2.8.2']))).toEqual([]);
    });

    it('merges lineages, their reports and their versions', async () => {
      const { exam, basis } = await frozenExam();
      const into = randomUUID();
      await add({ report: report(2, {}, [OTHER_STUDY]), lineage: into });
      await one((tx) => tx.mergeLineages(into, [basis.lineage]));
      expect(await one((tx) => tx.studiesOf(into))).toEqual([STUDY, OTHER_STUDY]);
      expect(await one((tx) => tx.studiesOf(basis.lineage))).toEqual([]);
      expect(await one((tx) => tx.versions(exam.id))).toMatchObject([{ lineage: into }]);
    });

    it('gives the whole lineage of a study, versions that no longer name it included', async () => {
      const lineage = randomUUID();
      await add({ report: report(1, {}, [STUDY, OTHER_STUDY]), lineage });
      await add({ report: report(2, replacing(2, 1), [OTHER_STUDY]), lineage });
      await add({ report: report(3, {}, [OTHER_STUDY]), lineage: randomUUID() });
      const ids = (stored: readonly StoredReport[]): string[] =>
        stored.map((each) => each.report.document.id.root).toSorted();
      expect(ids(await one((tx) => tx.reportsOf(site, STUDY)))).toEqual(['1.2.8.1', '1.2.8.2']);
      expect(ids(await one((tx) => tx.reportsOf(site, OTHER_STUDY)))).toEqual(['1.2.8.1', '1.2.8.2', '1.2.8.3']);
    });
  });

  describe('exams', () => {
    it('makes the exam of a study once, and keeps all it is saved with', async () => {
      const exam = await one((tx) => examOf(tx));
      expect(exam).toMatchObject({ site, study: STUDY, state: 'none', version: 0, nextAttemptAt: null, held: null });
      expect((await one((tx) => examOf(tx))).id).toBe(exam.id);
      expect((await one((tx) => examOf(tx, OTHER_STUDY))).id).not.toBe(exam.id);
      const after: Exam = {
        ...exam,
        state: 'mismatched',
        version: 1,
        cause: { code: 'DRIM-401', detail: 'x' },
        attempts: 3,
        nextAttemptAt: new Date('2026-01-02T10:15:00.000Z'),
        held: { fingerprint: 'f', cause: { code: 'DRIM-401' } },
        firstReportAt: new Date('2026-01-02T10:00:00.000Z'),
      };
      await one((tx) => tx.saveExam(exam, after, { release: true }));
      expect(await one((tx) => tx.lockExamById(exam.id))).toEqual(after);
      expect(await one((tx) => tx.lockExamById(randomUUID()))).toBeUndefined();
    });

    it('refuses to save an exam that was read in another version', async () => {
      const exam = await one((tx) => examOf(tx));
      await one((tx) => tx.saveExam(exam, { ...exam, version: 1 }));
      await expect(one((tx) => tx.saveExam(exam, { ...exam, version: 1, state: 'sending' }))).rejects.toThrow(
        'changed under its lock',
      );
      expect((await one((tx) => tx.lockExamById(exam.id)))?.state).toBe('none');
    });

    it('lets transactions on one exam follow each other', async () => {
      const { id } = await one((tx) => examOf(tx));
      const raise = (): Promise<void> =>
        one(async (tx) => {
          const exam = await tx.lockExamById(id);
          if (!exam) throw new Error('missing');
          await new Promise((resolve) => setImmediate(resolve));
          await tx.saveExam(exam, { ...exam, version: exam.version + 1 });
        });
      await Promise.all(Array.from({ length: 12 }, raise));
      expect((await one((tx) => tx.lockExamById(id)))?.version).toBe(12);
    });

    it('makes one exam of a study that two transactions meet at once', async () => {
      const exams = await Promise.all(Array.from({ length: 8 }, () => one((tx) => examOf(tx))));
      expect(new Set(exams.map(({ id }) => id)).size).toBe(1);
    });
  });

  describe('versions in the archive', () => {
    it('gives back the bytes that were frozen, and everything with them', async () => {
      const { exam, frozen } = await frozenExam();
      const kept = await one((tx) => tx.frozen(frozen.id));
      expect(kept).toMatchObject(frozen);
      expect(Buffer.compare(kept.kos, frozen.kos)).toBe(0);
      expect(await one((tx) => tx.versions(exam.id))).toEqual([
        {
          id: frozen.id,
          kosUid: frozen.kosUid,
          ins: '279035121518989',
          visibility: frozen.visibility,
          lineage: frozen.lineage,
          reportId: frozen.reportId,
          instanceNumber: 1,
          status: 'frozen',
          doubt: false,
          late: false,
          outdated: false,
        },
      ]);
      await expect(one((tx) => tx.frozen(randomUUID()))).rejects.toThrow('is not in the archive');
    });

    it('keeps versions in the order they were frozen, each with its status', async () => {
      const { exam, basis, frozen } = await frozenExam();
      const second = aVersion(exam, basis, { instanceNumber: 2, replaces: frozen.id });
      await one(async (tx) => {
        await tx.freeze(second);
        await tx.setStatus(frozen.id, 'replaced');
        await tx.setStatus(second.id, 'approved');
      });
      const versions = await one((tx) => tx.versions(exam.id));
      expect(versions.map(({ id, status, instanceNumber }) => [id, status, instanceNumber])).toEqual([
        [frozen.id, 'replaced', 1],
        [second.id, 'approved', 2],
      ]);
      expect((await one((tx) => tx.frozen(second.id))).replaces).toBe(frozen.id);
    });

    it.each([
      [['not-sent'], false],
      [['unknown'], true],
      [['unknown', 'not-sent'], true],
      [['unknown', 'not-found'], false],
      [['unknown', 'found'], false],
      [['accepted'], false],
      [[undefined], true],
      [[undefined, 'not-found', 'not-sent'], false],
    ] as const)('attempts that ended %j leave a doubt: %s', async (outcomes, doubt) => {
      const { exam, frozen } = await frozenExam();
      for (const outcome of outcomes) {
        const attempt = await one((tx) => tx.beginAttempt(frozen.id, 'send'));
        if (outcome) await one((tx) => tx.endAttempt(attempt, outcome, { code: 'DRIM-500' }));
      }
      expect((await one((tx) => tx.versions(exam.id)))[0]?.doubt).toBe(doubt);
    });
  });

  it('a look on its way, or cut, is no doubt of its own: it changes nothing in the DMP', async () => {
    const { exam, frozen } = await frozenExam();
    const doubt = async (): Promise<boolean | undefined> => (await one((tx) => tx.versions(exam.id)))[0]?.doubt;
    await one((tx) => tx.beginAttempt(frozen.id, 'look'));
    expect(await doubt()).toBe(false);
    await one((tx) => tx.beginAttempt(frozen.id, 'send'));
    await one((tx) => tx.beginAttempt(frozen.id, 'look'));
    expect(await doubt()).toBe(true);
  });

  it.each([
    ['frozen', 'send', 'unknown', 600, true],
    ['frozen', 'send', undefined, 600, true],
    ['frozen', 'send', 'unknown', 0, false],
    ['frozen', 'send', 'not-sent', 600, false],
    ['frozen', 'look', 'unknown', 600, false],
    ['approved', 'send', 'unknown', 600, false],
    ['approved', 'delete', 'unknown', 600, true],
    ['approved', 'delete', 'accepted', 600, false],
    ['discarded', 'send', 'unknown', 600, false],
  ] as const)(
    '%s, %s that ended %s: within %d s it may come late: %s',
    async (status, operation, outcome, seconds, late) => {
      store = open(seconds);
      const { exam, frozen } = await frozenExam();
      const attempt = await one((tx) => tx.beginAttempt(frozen.id, operation));
      if (outcome) await one((tx) => tx.endAttempt(attempt, outcome));
      const look = await one((tx) => tx.beginAttempt(frozen.id, 'look'));
      await one((tx) => tx.endAttempt(look, 'not-found'));
      await one((tx) => tx.setStatus(frozen.id, status));
      expect((await one((tx) => tx.versions(exam.id)))[0]?.late).toBe(late);
    },
  );

  it('undoes everything of a transaction that throws', async () => {
    const { exam, basis, frozen } = await frozenExam();
    const later = { report: report(2), lineage: randomUUID() };
    await expect(
      one(async (tx) => {
        await tx.addReport(later);
        await tx.mergeLineages(later.lineage, [basis.lineage]);
        await examOf(tx, OTHER_STUDY);
        const locked = await examOf(tx);
        await tx.saveExam(locked, { ...locked, version: 1, state: 'sending' });
        await tx.addStep(exam.id, { event: 'report.new', from: 'none', to: 'none', action: 'reconcile' });
        await tx.freeze(aVersion(exam, later));
        await tx.setStatus(frozen.id, 'approved');
        await tx.beginAttempt(frozen.id, 'send');
        throw new Error('the last moment');
      }),
    ).rejects.toThrow('the last moment');
    expect(await one((tx) => tx.lockExamById(exam.id))).toEqual(exam);
    expect(await one((tx) => tx.versions(exam.id))).toMatchObject([
      { id: frozen.id, status: 'frozen', doubt: false, lineage: basis.lineage },
    ]);
    expect(await one((tx) => tx.reportsOf(site, STUDY))).toEqual([basis]);
  });
}
