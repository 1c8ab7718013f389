import { join } from 'node:path';
import { SERVICES } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { reportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { type Answer, MllpConnection } from '../ris/mllp/mllp-sender.js';
import { installBus, reservePorts, startService } from '../stack/services.js';
import type { Study } from '../studies/generate-study.js';
import { playStudy, studyOf } from './play.js';
import { mayMount, SmallDisk } from './small-disk.js';

const MEGABYTE = 1_000_000;
const DISK_MEGABYTES = 250;
const MAY_MOUNT = mayMount();

/** Promises P2 and P3: no AA without a commit, and whatever storage comes back, everything goes on by itself. */
describe('storage that fails', () => {
  let mesh: Mesh;
  let disk: SmallDisk | undefined;
  afterAll(async () => {
    await mesh?.stop();
    await disk?.unmount();
  });
  const dir = tempDir();

  beforeAll(async () => {
    if (MAY_MOUNT) disk = await SmallDisk.mount(join(dir, 'postgres'), DISK_MEGABYTES);
    mesh = await Mesh.start({ dir, durable: true });
  }, 120_000);

  const postgres = () => mesh.stack.database.server;
  const nats = () => mesh.stack.broker.server;

  /** Studies in the PACS and their reports, not yet sent. */
  async function ready(first: number, count: number, bytes?: number): Promise<{ study: Study; message: Buffer }[]> {
    const all = Array.from({ length: count }, (_, index) => ({ number: first + index, study: studyOf(first + index) }));
    for (const { study } of all) await loadStudy(mesh.stack.pacs[0]!, study);
    return all.map(({ number, study }) => ({
      study,
      message: reportOf(mesh.stack.sites[0]!, [study], { document: number, ...(bytes !== undefined && { bytes }) }),
    }));
  }

  async function connection(): Promise<MllpConnection> {
    const opened = await MllpConnection.open('127.0.0.1', mesh.stack.hl7Port(mesh.stack.sites[0]!.id));
    if (!opened) throw new Error('the listener does not accept');
    return opened;
  }

  const verdict = (answer: Answer | undefined): string => (answer?.ok ? answer.ack.code : (answer?.reason ?? 'none'));

  /** As a RIS does: the same bytes again until they are taken over. */
  const sendUntilTaken = (message: Buffer): Promise<unknown> =>
    eventually(async () => verdict(await mesh.send(message)) === 'AA', 30_000);

  async function expectPublishedOnce(studies: readonly Study[]): Promise<void> {
    for (const { uid } of studies) {
      await mesh.examIn(uid, 'published', 60);
      expect(await mesh.entriesOf(uid)).toHaveLength(1);
    }
  }

  it('PostgreSQL stopped: AR, and on the same connection AA once it is back; then published', async () => {
    const [before, during] = (await ready(801, 2)) as [
      { study: Study; message: Buffer },
      { study: Study; message: Buffer },
    ];
    const sender = await connection();
    const say = async (message: Buffer): Promise<Answer | undefined> => (await sender.exchange([message]))[0];
    try {
      expect(verdict(await say(before.message))).toBe('AA');
      await postgres().stop();
      for (let turn = 0; turn < 3; turn += 1) {
        const answer = await say(during.message);
        expect(verdict(answer)).toBe('AR');
        expect(answer?.ok && answer.ack.errors[0]?.applicationCode).toBe('DRIM-219');
      }
      await postgres().restart();
      await eventually(async () => verdict(await say(during.message)) === 'AA', 30_000);
    } finally {
      sender.close();
    }
    await expectPublishedOnce([before.study, during.study]);
  });

  it('PostgreSQL killed while reports arrive: what was answered AA is there, the rest is sent again, each published once', async () => {
    const reports = await ready(811, 30);
    const answers: string[] = [];
    const senders = [0, 1, 2].map(async (lane) => {
      for (const [index, { message }] of reports.entries()) {
        if (index % 3 !== lane) continue;
        answers[index] = verdict(await mesh.send(message));
        if (index === 12) await postgres().kill9();
      }
    });
    await Promise.all(senders);
    expect(answers).toHaveLength(reports.length);
    expect(answers.filter((answer) => !['AA', 'AR', 'closed'].includes(answer))).toEqual([]);
    expect(answers.filter((answer) => answer !== 'AA').length).toBeGreaterThan(0);
    await postgres().restart();
    const taken = await mesh.sql('hl7-ingest', `select control_id from reception where verdict = 'AA'`);
    const idOf = (message: Buffer): string => message.toString('latin1').split('|')[9] ?? '';
    const lost = reports.filter(({ message }, index) => answers[index] === 'AA' && !taken.includes(idOf(message)));
    expect(lost).toHaveLength(0);
    for (const { message } of reports) await sendUntilTaken(message);
    await expectPublishedOnce(reports.map(({ study }) => study));
  });

  it('PostgreSQL read-only: AR, then AA', async () => {
    const [report] = (await ready(851, 1)) as [{ study: Study; message: Buffer }];
    await postgres().sql('alter system set default_transaction_read_only = on; select pg_reload_conf();');
    await eventually(async () => (await postgres().sql('show default_transaction_read_only')) === 'on');
    const answer = await mesh.send(report.message);
    await postgres().sql('alter system reset default_transaction_read_only; select pg_reload_conf();');
    expect(verdict(answer)).toBe('AR');
    await sendUntilTaken(report.message);
    await expectPublishedOnce([report.study]);
  });

  (MAY_MOUNT ? it : it.skip)('disk full: never AA; what is sent again afterwards is published', async () => {
    const reports = await ready(861, 4, MEGABYTE);
    const answers: string[] = [];
    try {
      await disk?.fill();
      for (const { message } of reports) answers.push(verdict(await mesh.send(message)));
    } finally {
      await disk?.free();
    }
    // A full disk may have stopped the server itself: an operator starts it again.
    if (!postgres().process.running) await postgres().restart();
    expect(answers.filter((answer) => !['AR', 'closed'].includes(answer))).toEqual([]);
    for (const { message } of reports) await sendUntilTaken(message);
    await expectPublishedOnce(reports.map(({ study }) => study));
  });

  it('nats-server stopped: AA all the same, the events wait in the outbox, published once it is back', async () => {
    await nats().stop();
    const study = await playStudy(mesh, 871);
    const waiting = `select count(*) from outbox where event = 'report.received' and sent_at is null`;
    expect(await mesh.sql('hl7-ingest', waiting)).toEqual(['1']);
    expect(await mesh.exam(study.uid)).toBeUndefined();
    await nats().restart();
    await expectPublishedOnce([study]);
  });

  it('the whole JetStream store lost with undelivered events in it: nothing is lost, nothing is done twice', async () => {
    const publisher = mesh.stack.services['kos-publisher'];
    await publisher.stop();
    const studies: Study[] = [];
    for (const number of [881, 882, 883]) studies.push(await playStudy(mesh, number));
    await eventually(async () => {
      const [unsent] = await mesh.sql(
        'hl7-ingest',
        `select count(*) from outbox where event = 'report.received' and sent_at is null`,
      );
      return unsent === '0';
    });
    await nats().stop();
    nats().deleteStore();
    await nats().restart();
    await installBus(mesh.stack.around);
    await publisher.restart();
    await expectPublishedOnce(studies);
    const reports = await mesh.sql(
      'kos-publisher',
      `select count(*) from report_study join exam using (site, study) where state <> 'published'`,
    );
    expect(reports).toEqual(['0']);
  });

  it('services start before PostgreSQL and NATS, in any order: ready with PostgreSQL, delivering with NATS', async () => {
    const { services } = mesh.stack;
    await Promise.all(Object.values(services).map((service) => service.stop()));
    await Promise.all([postgres().stop(), nats().stop()]);
    const starting = (['kos-publisher', 'pacs-bridge', 'hl7-ingest'] as const).map((name) => services[name].restart());
    await postgres().restart();
    await Promise.all(starting);
    const study = await playStudy(mesh, 891);
    await nats().restart();
    await expectPublishedOnce([study]);
  });

  it('production refuses an unsafe database, then the sandbox’s certificates, each in a clear line', async () => {
    const role = new URL(mesh.stack.database.urls['hl7-ingest']).username;
    const start = async (): Promise<unknown> =>
      startService('hl7-ingest', {
        ...mesh.stack.around,
        dir: join(dir, 'production'),
        ports: await reservePorts(SERVICES),
        env: { 'hl7-ingest': { DRIMBOX_MODE: 'production' } },
      });
    await postgres().sql(`alter role ${role} set synchronous_commit = off`);
    await expect(start()).rejects.toThrow(
      /"fault":"DRIM-107 Unsafe database setting: synchronous_commit","msg":"start.refused"/,
    );
    await postgres().sql(`alter role ${role} reset synchronous_commit`);
    await expect(start()).rejects.toThrow(
      /certificate \\"internal TLS\\" comes from the sandbox","msg":"start.refused"/,
    );
  });
});
