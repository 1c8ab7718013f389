import { tempDir } from '@drimbox/testing';
import { freePort, type ManagedProcess } from '@drimbox/supervisor';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { startService } from '../stack/services.js';
import type { Study } from '../studies/generate-study.js';
import { testPatient } from '../studies/test-patient.js';
import { studyOf } from './play.js';
import { pointersOf, ToldReport } from './told-report.js';

const EXAMS = 12;
const PUBLISHER = { DRIMBOX_RETRY_DMP_SECONDS: '0.3,0.5', DRIMBOX_RETRY_ABSENT_SECONDS: '0.3,0.5' };

/** One database role and one durable per event for both: each event goes to one of them, each exam is worked on by one. */
describe('two replicas of kos-publisher', () => {
  let mesh: Mesh;
  let second: ManagedProcess;
  const dir = tempDir();
  const otherDir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, env: { 'kos-publisher': PUBLISHER } });
    const { around } = mesh.stack;
    const ports = { ...around.ports, 'kos-publisher': { http: await freePort(), ops: await freePort() } };
    second = await startService('kos-publisher', { ...around, dir: otherDir, ports });
  }, 120_000);
  afterAll(async () => {
    await second?.stop();
    await mesh?.stop();
  });

  it('whole lives, all messages at once and in any order: the same end as with one', async () => {
    const studies: Study[] = [];
    for (let n = 0; n < EXAMS; n++) {
      const study = studyOf(1700 + n, { patient: testPatient(1700 + n) });
      await loadStudy(mesh.stack.pacs[0]!, study);
      studies.push(study);
    }
    const right = testPatient(1799);
    /** Four kinds of lives, by the rest of their number; the middle of each comes first. */
    const live = async (study: Study, n: number): Promise<void> => {
      const report = new ToldReport(mesh, 1700 + n, n % 2 === 0 ? 'ORU' : 'MDM');
      const hide = (): Promise<void> => report.visibility(2, [study], { INVISIBLE_PATIENT: true });
      const first = (): Promise<void> => report.version(1, [study]);
      const acts: (() => Promise<void>)[][] = [
        [hide, first, hide],
        [hide, first, () => report.withdraw(2, [study])],
        [first, () => report.version(2, [study], { cda: { patient: right } }), first],
        [() => report.withdraw(1, [study]), first],
      ];
      await Promise.all((acts[n % 4] ?? []).map((act) => act()));
    };
    await Promise.all(studies.map(live));
    await mesh.settled();
    const ends = [
      (study: Study) => [{ ins: study.patient.ins, hidden: ['INVISIBLE_PATIENT'] }],
      () => [],
      () => [{ ins: right.ins, hidden: [] }],
      () => [],
    ];
    for (const [n, study] of studies.entries()) {
      const approved = (await pointersOf(mesh, study.uid)).filter(({ status }) => status === 'Approved');
      expect([n, approved.map(({ ins, hidden }) => ({ ins, hidden }))]).toEqual([n, ends[n % 4]?.(study)]);
    }
    const [worked] = await mesh.sql(
      'kos-publisher',
      `select count(*), count(*) filter (where attempts > 0) from exam where state in ('published', 'withdrawn')`,
    );
    expect(worked).toBe(`${EXAMS}|0`);
    const taken = (await mesh.dmp.submissions()).filter(({ operation }) => operation !== 'query');
    expect(taken.filter(({ verdict }) => verdict !== 'accepted')).toEqual([]);
  });
});
