import { EVENTS } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import type { Study } from '../studies/generate-study.js';
import { studyOf } from './play.js';
import { ProjectionProbe } from './projection-probe.for-spec.js';
import { examAtRest, statusesOf, ToldReport } from './told-report.js';

/** Promised to the doors of the product: the time from the RIS's AA to the end of showing, whatever the DMP does. */
const PROMISED_MS = 1_000;

/** What a door needs to know comes to it by itself, at once, and can be read again whole (architecture, rule 3). */
describe('the projection of exams', () => {
  let mesh: Mesh;
  let probe: ProjectionProbe;
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, env: { 'kos-publisher': { DRIMBOX_RETRY_DMP_SECONDS: '0.3,0.5' } } });
    probe = await ProjectionProbe.start(mesh);
  }, 120_000);
  afterAll(async () => {
    await probe?.stop();
    await mesh?.stop();
  });

  async function published(number: number): Promise<{ study: Study; report: ToldReport; kos: string }> {
    const study = studyOf(number);
    await loadStudy(mesh.stack.pacs[0]!, study);
    const report = new ToldReport(mesh, number);
    await report.version(1, [study]);
    const { kos } = await examAtRest(mesh, study.uid, 'published');
    return { study, report, kos: kos ?? '' };
  }

  it('tells what is shown, to whom, and which KOS is and was its pointer', async () => {
    const { study, report, kos } = await published(1601);
    await eventually(() => probe.of(study.uid)?.kos === kos);
    expect(probe.of(study.uid)).toMatchObject({
      site: mesh.stack.sites[0]?.id,
      shown: true,
      invisibleToSubject: false,
      formerKos: [],
    });
    await report.visibility(2, [study], { INVISIBLE_PATIENT: true });
    const { kos: second } = await examAtRest(mesh, study.uid, 'published');
    await eventually(() => probe.of(study.uid)?.kos === second);
    expect(probe.of(study.uid)).toMatchObject({ shown: true, invisibleToSubject: true, formerKos: [kos] });
  });

  it(`a withdrawal while the DMP is down: no longer shown within ${PROMISED_MS} ms of its AA`, async () => {
    const { study, report } = await published(1602);
    await eventually(() => probe.of(study.uid)?.shown === true);
    await mesh.behave({ kind: 'down' });
    await report.withdraw(1, [study]);
    await eventually(() => probe.of(study.uid)?.shown === false, PROMISED_MS);
    expect(await statusesOf(mesh, study.uid)).toEqual(['Approved']);
    await mesh.dmp.behaveWell();
    await mesh.examIn(study.uid, 'withdrawn');
    expect(await statusesOf(mesh, study.uid)).toEqual(['Deleted']);
    await eventually(() => probe.of(study.uid)?.kos === null);
  });

  it('a replayed event of an older version changes nothing', async () => {
    const { study, report } = await published(1603);
    await report.withdraw(1, [study]);
    await examAtRest(mesh, study.uid, 'withdrawn');
    await eventually(() => probe.of(study.uid)?.kos === null && probe.of(study.uid)?.shown === false);
    const before = new Map(probe.exams);
    const told = await mesh.sql(
      'kos-publisher',
      `select body from outbox where event = 'exam.projected' and body->>'study' = '${study.uid}' order by position`,
    );
    expect(told.length).toBeGreaterThan(3);
    const { heard, ignored } = probe;
    // What a relay does after the broker lost its store: everything it keeps is sent again.
    for (const body of told) probe.take(EVENTS['exam.projected'].parse(JSON.parse(body)));
    expect([probe.heard - heard, probe.ignored - ignored]).toEqual([told.length, told.length]);
    expect(probe.exams).toEqual(before);
  });

  it('rebuilt by paged requests, it is what the events had made of it', async () => {
    for (let number = 1604; number < 1610; number++) await published(number);
    await mesh.settled();
    const [highest = '0'] = await mesh.sql('kos-publisher', 'select sum(version) from exam');
    const versions = (): number => [...probe.exams.values()].reduce((sum, { version }) => sum + version, 0);
    await eventually(() => versions() === Number(highest));
    const listened = new Map(probe.exams);
    expect(listened.size).toBe(9);
    for (const limit of [1, 4, 1000]) {
      await probe.rebuild(limit);
      expect(probe.exams).toEqual(listened);
    }
  });
});
