import { randomUUID } from 'node:crypto';
import { failure, type Report } from '@drimbox/contracts';
import { aReport } from '../testing/fixtures.js';
import { MemoryWorld } from '../testing/memory-world.js';
import { Intake } from './intake.js';
import { MemoryPointerStore } from './memory-pointer-store.js';
import type { Exam } from './pointer-store.js';
import { Reconciler } from './reconciler.js';

const STUDY = aReport().studies[0]?.uid ?? '';
const policies = {
  pacs: { seconds: [10] },
  absent: { seconds: [10] },
  dmp: { seconds: [10] },
  unbuildable: { seconds: [10] },
};

/** A report and its versions, at one exam that is worked on in memory. */
function desk({ lateMs = 0 } = {}) {
  const store = new MemoryPointerStore(lateMs);
  const world = new MemoryWorld(() => 'none');
  const intake = new Intake('most-restrictive', () => new Date(0));
  const options = { rule: 'most-restrictive', policies, now: () => new Date(0), random: () => 0.5 } as const;
  const reconciler = new Reconciler(store, world, options);
  let sequence = 0;
  const take = async (version: number, over: Partial<Report> = {}): Promise<void> => {
    const { document } = aReport();
    const report = aReport({
      id: randomUUID(),
      sequence: ++sequence,
      operation: version === 1 ? 'new' : 'replace',
      document: { ...document, id: { root: `1.2.8.${version}` }, setId: { root: '1.2.7' }, version },
      ...over,
    });
    await store.transaction((tx) => intake.take(tx, report));
  };
  const exam = (): Exam => {
    const [found] = store.state.exams.values();
    if (!found) throw new Error('no exam');
    world.studies.set(found.id, STUDY);
    return found;
  };
  const run = async (): Promise<Exam> => {
    await reconciler.run(exam().id);
    return exam();
  };
  const statuses = (): string[] => store.state.versions.map(({ status }) => status);
  return { store, world, take, run, statuses };
}

describe('the work on an exam', () => {
  it('publishes, replaces and withdraws', async () => {
    const { take, run, world, statuses } = desk();
    await take(1);
    expect(await run()).toMatchObject({ state: 'published', nextAttemptAt: null, cause: null });
    await take(2);
    expect(await run()).toMatchObject({ state: 'published' });
    expect(statuses()).toEqual(['replaced', 'approved']);
    await take(2, { operation: 'withdraw' });
    expect(await run()).toMatchObject({ state: 'withdrawn', nextAttemptAt: null, cause: null });
    expect(world.entries.map(({ status }) => status)).toEqual(['Deprecated', 'Deleted']);
  });

  it('brings nothing back that somebody deleted in the DMP: the exam says so and waits for the operator', async () => {
    const { take, run, world, statuses } = desk();
    await take(1);
    await run();
    for (const entry of world.entries) entry.status = 'Deleted';
    await take(2);
    expect(await run()).toMatchObject({ state: 'lost', nextAttemptAt: null, cause: { code: 'DRIM-507' } });
    expect(statuses()).toEqual(['lost', 'discarded']);
    await take(3);
    expect(await run()).toMatchObject({ state: 'lost', cause: { code: 'DRIM-507' } });
    expect(world.accepted).toHaveLength(1);
  });

  it('a send that failed and was overtaken meanwhile leaves nothing to wait for', async () => {
    const { take, run, world, statuses } = desk();
    const send = world.send.bind(world);
    world.send = async () => {
      world.send = send;
      await take(2);
      return { kind: 'not-sent', failure: failure('DRIM-500') };
    };
    await take(1);
    expect(await run()).toMatchObject({ state: 'published', nextAttemptAt: null, cause: null, attempts: 0 });
    expect(statuses()).toEqual(['discarded', 'approved']);
  });

  it('a search that failed for an earlier report does not hold up a later one', async () => {
    const { take, run, world } = desk();
    const search = world.search.bind(world);
    world.search = async () => {
      world.search = search;
      await take(2);
      return { ok: false, failure: failure('DRIM-400') };
    };
    await take(1);
    expect(await run()).toMatchObject({ state: 'published', nextAttemptAt: null, cause: null, attempts: 0 });
  });

  it('a version that the DMP may still take is not overtaken before it has come', async () => {
    const { take, run, world, statuses } = desk({ lateMs: 60_000 });
    const send = world.send.bind(world);
    const late: Parameters<typeof send>[] = [];
    world.send = async (...args) => {
      world.send = send;
      late.push(args);
      return { kind: 'unknown', failure: failure('DRIM-501') };
    };
    await take(1);
    await run();
    await take(1, { operation: 'withdraw' });
    expect(await run()).toMatchObject({ cause: { code: 'DRIM-501' }, nextAttemptAt: new Date(10_000) });
    expect(statuses()).toEqual(['frozen']);
    for (const args of late) await send(...args);
    expect(await run()).toMatchObject({ state: 'withdrawn', nextAttemptAt: null, cause: null });
    expect(world.entries.map(({ status }) => status)).toEqual(['Deleted']);
  });

  it('a version that the DMP can take no more is overtaken', async () => {
    const { take, run, world, statuses } = desk();
    const send = world.send.bind(world);
    world.send = async () => {
      world.send = send;
      return { kind: 'unknown', failure: failure('DRIM-501') };
    };
    await take(1);
    await run();
    await take(1, { operation: 'withdraw' });
    expect(await run()).toMatchObject({ state: 'withdrawn', nextAttemptAt: null });
    expect(statuses()).toEqual(['discarded']);
    expect(world.entries).toEqual([]);
  });

  it('waits as long as its policy says for what failed, and goes on with the rest', async () => {
    const { take, run, world, statuses } = desk();
    await take(1);
    await run();
    const other = { ...aReport().patient, ins: { value: '179035121518985', oid: '1.2.250.1.213.1.4.10' } };
    const remove = world.delete.bind(world);
    world.delete = async () => ({ kind: 'failed', failure: failure('DRIM-506'), sent: false });
    await take(2, { patient: other });
    expect(await run()).toMatchObject({ cause: { code: 'DRIM-506' }, nextAttemptAt: new Date(10_000), attempts: 1 });
    expect(statuses()).toEqual(['approved', 'approved']);
    world.delete = remove;
    expect(await run()).toMatchObject({ state: 'published', cause: null, nextAttemptAt: null });
    expect(statuses()).toEqual(['deleted', 'approved']);
  });
});
