import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { samplesDir, tempDir } from '@drimbox/testing';
import { IMPATIENT } from '../campaign/durable-mesh.js';
import { Mesh } from '../mesh/mesh.js';
import { reportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy, type Study } from '../studies/generate-study.js';
import { ClientLedger } from './client-ledger.js';
import { printLedger } from './print-ledger.js';
import { seededRandom, shuffled } from './random.js';
import { acceptedKeys, type Fate, pointersByStudy, registeredIds, repeated, settledFates } from './reckoning.js';
import { type FlowReport, playFlow } from './ris-flow.js';
import { victimsOf } from './victims.js';

const SEED = Number(process.env['DRIMBOX_TEST_SEED'] ?? 20261122);
const SETTLE_SECONDS = 240;

/** Promises P1 and P11: what was answered AA is never lost and never published twice, whatever dies and whenever. */
describe('kill -9', () => {
  let mesh: Mesh;
  const samples = samplesDir();
  const dir = tempDir();
  const random = seededRandom(SEED);

  beforeAll(async () => {
    mesh = await Mesh.start({
      dir,
      durable: true,
      xsdDir: samples && join(samples, 'interop/xds-xsd'),
      env: { 'kos-publisher': IMPATIENT },
    });
  }, 180_000);
  afterAll(() => mesh?.stop());

  const durability = async (): Promise<string> =>
    (
      await mesh.sql(
        'hl7-ingest',
        `select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
          where name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
      )
    ).join();
  const DURABLE = 'fsync=on full_page_writes=on synchronous_commit=on';

  async function studiesFrom(first: number, count: number): Promise<Study[]> {
    const studies = Array.from({ length: count }, (_, n) =>
      generateStudy({ number: first + n, series: [{ modality: 'CT', instances: 1 + (n % 3) }] }),
    );
    for (const study of studies) await loadStudy(mesh.stack.pacs[0]!, study);
    return studies;
  }

  function reportsOn(studies: readonly Study[], ledger: ClientLedger): FlowReport[] {
    return studies.map((study, n) => {
      const number = Number(study.accession.replace('ACN', ''));
      const message = reportOf(mesh.stack.sites[0]!, [study], {
        document: number,
        controlId: `K${SEED}-${number}-${n}`,
      });
      return { message, record: ledger.open(message, study.uid) };
    });
  }

  /** Nothing lost, nothing doubled, anywhere on the way. */
  async function expectEachOnce(
    studies: readonly Study[],
    ledger: ClientLedger,
    fates: readonly Fate[],
  ): Promise<void> {
    expect(ledger.acknowledged).toHaveLength(studies.length);
    expect(fates.filter(({ place }) => place === 'lost')).toEqual([]);
    expect(fates.filter(({ place, cause }) => place !== 'published' && cause === '')).toEqual([]);

    const accepted = await acceptedKeys(mesh);
    expect(repeated(accepted)).toEqual([]);
    expect(ledger.acknowledged.map(({ key }) => key).filter((key) => !accepted.includes(key))).toEqual([]);

    expect(repeated(await registeredIds(mesh))).toEqual([]);
    const pointers = await pointersByStudy(mesh);
    expect([...pointers].filter(([, ids]) => ids.length !== 1)).toEqual([]);
    const published = fates.filter(({ place }) => place === 'published').map(({ record }) => record.study);
    expect(published.filter((study) => !pointers.has(study))).toEqual([]);
  }

  it('of each process in turn, while 100 reports flow: each acknowledged report is published once', async () => {
    expect(await durability()).toBe(DURABLE);
    const REPORTS = 100;
    const CONNECTIONS = 5;
    const ledger = new ClientLedger();
    const studies = await studiesFrom(2000, REPORTS);
    const reports = reportsOn(studies, ledger);

    const victims = shuffled(victimsOf(mesh), random);
    const perKill = Math.floor(REPORTS / (victims.length + 1));
    const progress = { risen: 0 };
    // The flow never runs out before the last victim: some reports of each stretch are sent only once the former one is back.
    const mayStart = async (n: number): Promise<void> => {
      while (progress.risen < n / perKill - 2) await sleep(20);
      await sleep(200 * random());
    };
    const flow = playFlow(reports, CONNECTIONS, { port: mesh.stack.hl7Port('site-alpha'), ledger, random, mayStart });
    const events: string[] = [];
    const from = Date.now();
    const tell = (what: string): number =>
      events.push(`${((Date.now() - from) / 1000).toFixed(1)} s  ${ledger.acknowledged.length} AA  ${what}`);
    for (const [index, victim] of victims.entries()) {
      while (ledger.acknowledged.length < perKill * index + 3) await sleep(10);
      await sleep(300 * random());
      tell(`kill -9 ${victim.name}`);
      await victim.kill9();
      await sleep(1000 * random());
      await victim.restart();
      tell(`${victim.name} is back`);
      progress.risen = index + 1;
    }
    await flow;
    tell('every report has its AA');

    const fates = await settledFates(mesh, ledger, SETTLE_SECONDS);
    tell('settled');
    printLedger({ seed: SEED, events, ledger, fates });
    expect(await durability()).toBe(DURABLE);
    await expectEachOnce(studies, ledger, fates);
    // All the causes are gone: nothing has a reason to wait any more.
    expect(fates.filter(({ place }) => place !== 'published')).toEqual([]);
  });

  it('of kos-publisher around its sends, over 20 exams: one entry each, the bytes of the archive', async () => {
    const ledger = new ClientLedger();
    const studies = await studiesFrom(3000, 20);
    const publisher = mesh.stack.services['kos-publisher'];
    const events: string[] = [];
    for (const [n, { message, record }] of reportsOn(studies, ledger).entries()) {
      if (random() < 0.5) await mesh.behave({ kind: 'lose-answer', times: 1, endpoint: '/repository' });
      else await mesh.behave({ kind: 'slow', ms: 1 + Math.floor(1500 * random()), times: 1, endpoint: '/repository' });
      const send = ledger.invoke(record);
      ledger.settle(send, await mesh.send(message));
      const wait = Math.floor(1500 * random());
      await sleep(wait);
      events.push(`exam ${n}: kill -9 kos-publisher ${wait} ms after the AA`);
      await publisher.kill9();
      await publisher.restart();
    }
    await mesh.dmp.behaveWell();
    const fates = await settledFates(mesh, ledger, SETTLE_SECONDS);
    const [cut = ''] = await mesh.sql('kos-publisher', 'select count(*) from dmp_attempt where outcome is null');
    events.push(`${cut} sends to the DMP were cut by a kill`);
    printLedger({ seed: SEED, events, ledger, fates });
    // Else the moments of this seed prove nothing about a send.
    expect(Number(cut)).toBeGreaterThan(0);
    await expectEachOnce(studies, ledger, fates);
    expect(fates.filter(({ place }) => place !== 'published')).toEqual([]);

    const pointers = await pointersByStudy(mesh);
    for (const { uid } of studies) {
      const archived = await mesh.sql(
        'kos-publisher',
        `select kos_uid, encode(kos, 'hex') from kos_version join exam on exam.id = exam_id where study = '${uid}'`,
      );
      const [id = ''] = pointers.get(uid) ?? [];
      expect(archived).toEqual([`${id}|${(await mesh.dmp.document(id)).toString('hex')}`]);
    }
  });
});
