import { Intake } from '../pointer/intake.js';
import { MemoryPointerStore } from '../pointer/memory-pointer-store.js';
import { Reconciler } from '../pointer/reconciler.js';
import { Crash, type Fault, MemoryWorld } from '../testing/memory-world.js';
import { endOf } from '../testing/play-life.js';
import { pick, random, randomLife } from '../testing/random-lives.js';
import { OperatorActs } from './operator-acts.js';
import type { OperatorStore } from './operator-store.js';

const LIVES = 400;
const FAULTS: readonly Fault[] = ['none', 'none', 'none', 'not-sent', 'lost-answer', 'crash-before', 'crash-after'];
const now = (): Date => new Date(0);
const seconds = { seconds: [1] };

const survive = (error: unknown): void => {
  if (!(error instanceof Crash)) throw error;
};

/** Plays a life while an operator retries, releases and replays anything at any moment, at the same time as the worker. */
async function playWithOperator(seed: number): Promise<{ ends: ReturnType<typeof endOf>; acts: Set<string> }> {
  const draw = random(seed ^ 0x2545f491);
  const life = randomLife(seed);
  const store = new MemoryPointerStore();
  const world = new MemoryWorld(() => pick(draw, FAULTS));
  const intake = new Intake('most-restrictive', now);
  const policies = { pacs: seconds, absent: seconds, dmp: seconds, unbuildable: seconds };
  const reconciler = new Reconciler(store, world, { rule: 'most-restrictive', policies, now, random: () => 0.5 });
  const done = new Set<string>();
  const operators: OperatorStore = {
    transaction: (work) =>
      store.transaction((pointers) =>
        work({
          pointers,
          examOfVersion: async (id) => store.state.versions.find((version) => version.id === id)?.examId,
          tell: async ({ act, failure }) => void done.add(`${act} ${failure?.code ?? 'done'}`),
        }),
      ),
  };
  const acts = new OperatorActs(operators, world, { rule: 'most-restrictive', now });
  const operate = async (): Promise<void> => {
    const exams = [...store.state.exams.keys()];
    if (exams.length > 0) await acts.retry(pick(draw, exams), 'claire');
    if (exams.length > 0) await acts.release(pick(draw, exams), 'claire');
    const versions = store.state.versions.map(({ id }) => id);
    if (versions.length > 0) await acts.replay(pick(draw, versions), 'claire').catch(survive);
  };
  const work = async (): Promise<void> => {
    for (const exam of store.state.exams.values()) {
      world.studies.set(exam.id, exam.study);
      await reconciler.run(exam.id).catch(survive);
    }
  };
  for (const report of life) {
    await store.transaction((tx) => intake.take(tx, report));
    await Promise.all([work(), operate()]);
  }
  world.fault = () => 'none';
  await Promise.all([work(), operate()]);
  await work();
  await work();
  const ends = endOf({ seed, life, world, exams: [...store.state.exams.values()] });
  return { ends, acts: done };
}

it(`an operator who does everything at any moment changes no end and publishes nothing twice (${LIVES} lives)`, async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= LIVES; seed++) {
    const { ends, acts } = await playWithOperator(seed);
    expect(ends.is).toEqual(ends.should);
    for (const act of acts) seen.add(act);
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['retry done', 'retry DRIM-108', 'release DRIM-108', 'replay done', 'replay DRIM-108']),
  );
}, 60_000);
