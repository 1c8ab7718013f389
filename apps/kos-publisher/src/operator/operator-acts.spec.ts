import { randomUUID } from 'node:crypto';
import { failure, type Report } from '@drimbox/contracts';
import { Intake } from '../pointer/intake.js';
import { MemoryPointerStore } from '../pointer/memory-pointer-store.js';
import type { Exam } from '../pointer/pointer-store.js';
import type { Searched, Sent } from '../pointer/pointer-world.js';
import { Reconciler } from '../pointer/reconciler.js';
import { aReport } from '../testing/fixtures.js';
import { MemoryWorld } from '../testing/memory-world.js';
import { OperatorActs } from './operator-acts.js';
import type { OperatorStore, ToldAct } from './operator-store.js';

/** PACS and DMP in memory, wrong on demand. */
class World extends MemoryWorld {
  searched: Searched | undefined;
  refusal: Sent | undefined;

  constructor() {
    super(() => 'none');
  }

  override async search(exam: Exam): Promise<Searched> {
    return this.searched ?? super.search(exam);
  }

  override async send(...args: Parameters<MemoryWorld['send']>): Promise<Sent> {
    return this.refusal ?? super.send(...args);
  }
}

const NOW = new Date('2026-01-02T10:00:00Z');

describe("the operator's acts", () => {
  let store: MemoryPointerStore;
  let world: World;
  let told: ToldAct[];
  let acts: OperatorActs;
  let reconciler: Reconciler;

  beforeEach(() => {
    store = new MemoryPointerStore();
    world = new World();
    told = [];
    const operators: OperatorStore = {
      transaction: (work) =>
        store.transaction((pointers) =>
          work({
            pointers,
            examOfVersion: async (id) => store.state.versions.find((one) => one.id === id)?.examId,
            tell: async (act) => void told.push(act),
          }),
        ),
    };
    acts = new OperatorActs(operators, world, { rule: 'most-restrictive', now: () => NOW });
    const seconds = { seconds: [1] };
    reconciler = new Reconciler(store, world, {
      rule: 'most-restrictive',
      policies: { pacs: seconds, absent: seconds, dmp: seconds, unbuildable: seconds },
      now: () => NOW,
      random: () => 0.5,
    });
  });

  const exam = (): Exam => [...store.state.exams.values()][0]!;
  const run = async (): Promise<Exam> => {
    world.studies.set(exam().id, exam().study);
    await reconciler.run(exam().id);
    return exam();
  };
  const receive = async (over: Partial<Report> = {}): Promise<Exam> => {
    await store.transaction((tx) => new Intake('most-restrictive', () => NOW).take(tx, aReport(over)));
    return run();
  };
  const replacement = (number: number): Partial<Report> => ({
    id: randomUUID(),
    sequence: number,
    operation: 'replace',
    document: {
      ...aReport().document,
      id: { root: `1.2.8.${number}` },
      version: number,
      replaces: aReport().document.id,
    },
  });
  const statuses = (): string[] => store.state.versions.map(({ status }) => status);
  const steps = (): string[] => store.state.steps.map(({ step }) => step.event);
  const codeOf = (answer: { ok: boolean; failure?: { code: string } }): string | undefined => answer.failure?.code;

  it('retries a mismatched exam once the PACS is corrected: nothing else would have', async () => {
    world.searched = { ok: false, failure: failure('DRIM-401') };
    await receive();
    world.searched = undefined;
    expect(await run()).toMatchObject({ state: 'mismatched', nextAttemptAt: null });
    expect(await acts.retry(exam().id, 'claire')).toMatchObject({ ok: true, value: { examId: exam().id } });
    expect(exam()).toMatchObject({ held: null, attempts: 0, nextAttemptAt: NOW });
    expect(await run()).toMatchObject({ state: 'published', cause: null });
    expect(steps()).toContain('operator.retry');
    expect(told).toMatchObject([{ act: 'retry', operator: 'claire', failure: undefined }]);
  });

  it('sends a refused version again as it is', async () => {
    world.refusal = { kind: 'refused', failure: failure('DRIM-502') };
    expect(await receive()).toMatchObject({ state: 'refused' });
    world.refusal = undefined;
    await acts.retry(exam().id, 'claire');
    expect(await run()).toMatchObject({ state: 'published' });
    expect(statuses()).toEqual(['approved']);
  });

  it('refuses to retry what is published, and tells the audit so', async () => {
    const before = await receive();
    expect(codeOf(await acts.retry(before.id, 'claire'))).toBe('DRIM-108');
    expect(exam()).toEqual(before);
    expect(told).toMatchObject([{ act: 'retry', failure: { code: 'DRIM-108' } }]);
  });

  it('releases an exam whose entry others deleted: published anew by another version', async () => {
    await receive();
    world.entries[0]!.status = 'Deleted';
    expect(await receive(replacement(2))).toMatchObject({ state: 'lost' });
    expect(world.approved(exam().study)).toEqual([]);
    expect(await acts.release(exam().id, 'claire')).toMatchObject({ ok: true });
    expect(await run()).toMatchObject({ state: 'published' });
    expect(world.approved(exam().study)).toHaveLength(1);
    expect(steps()).toContain('operator.release');
  });

  it('replays what the DMP no longer knows, with the same bytes', async () => {
    await receive();
    const [version] = store.state.versions;
    world.entries.length = 0;
    expect(await acts.replay(version!.id, 'claire')).toMatchObject({ ok: true, value: { outcome: 'resent' } });
    expect(exam().state).toBe('sending');
    expect(await run()).toMatchObject({ state: 'published' });
    expect(world.entries.map(({ uniqueId }) => uniqueId)).toEqual([version!.kosUid]);
    expect(statuses()).toEqual(['approved']);
    expect(steps()).toContain('operator.replay');
  });

  it('replays nothing that is there', async () => {
    const before = await receive();
    const replayed = await acts.replay(store.state.versions[0]!.id, 'claire');
    expect(replayed).toMatchObject({ ok: true, value: { outcome: 'present' } });
    expect(exam()).toEqual(before);
    expect(told).toMatchObject([{ act: 'replay', failure: undefined }]);
  });

  it('never replays what others deleted: the exam is lost until it is released', async () => {
    await receive();
    world.entries[0]!.status = 'Deleted';
    const { id, kosUid } = store.state.versions[0]!;
    expect(codeOf(await acts.replay(id, 'claire'))).toBe('DRIM-508');
    expect(exam()).toMatchObject({ state: 'lost', cause: { code: 'DRIM-508' } });
    expect(told).toMatchObject([{ act: 'replay', versions: [kosUid], failure: { code: 'DRIM-508' } }]);
    expect(await run()).toMatchObject({ state: 'lost' });
    await acts.release(exam().id, 'claire');
    expect(await run()).toMatchObject({ state: 'published' });
  });

  it('cannot replay a replacement without its target', async () => {
    await receive();
    await receive(replacement(2));
    world.entries.length = 0;
    expect(codeOf(await acts.replay(store.state.versions[1]!.id, 'claire'))).toBe('DRIM-509');
    expect(codeOf(await acts.replay(store.state.versions[0]!.id, 'claire'))).toBe('DRIM-508');
    expect(exam().state).toBe('lost');
  });

  it('a DMP that is away leaves everything as it was, and no doubt', async () => {
    const before = await receive();
    world.fault = () => 'not-sent';
    expect(codeOf(await acts.replay(store.state.versions[0]!.id, 'claire'))).toBe('DRIM-500');
    world.fault = () => 'none';
    expect(exam()).toEqual(before);
    expect(await run()).toMatchObject({ state: 'published' });
    expect(world.accepted).toHaveLength(1);
  });

  it('knows neither exam nor version of another id', async () => {
    expect(codeOf(await acts.retry(randomUUID(), 'claire'))).toBe('DRIM-103');
    expect(codeOf(await acts.release(randomUUID(), 'claire'))).toBe('DRIM-103');
    expect(codeOf(await acts.replay(randomUUID(), 'claire'))).toBe('DRIM-103');
    expect(told).toEqual([]);
  });
});
