import type { Report } from '@drimbox/contracts';
import { Crash, type Fault, MemoryWorld } from '../testing/memory-world.js';
import { codesOf, pick, random, randomLife, shownInTheEnd } from '../testing/random-lives.js';
import { Intake } from './intake.js';
import { MemoryPointerStore } from './memory-pointer-store.js';
import { Reconciler } from './reconciler.js';

const LIVES = Number(process.env['DRIMBOX_LIVES'] ?? 1500);
const FIRST_SEED = Number(process.env['DRIMBOX_LIFE_SEED'] ?? 1);
const FAULTS: readonly Fault[] = ['none', 'none', 'none', 'not-sent', 'lost-answer', 'crash-before', 'crash-after'];
const policies = {
  pacs: { seconds: [1] },
  absent: { seconds: [1] },
  dmp: { seconds: [1] },
  unbuildable: { seconds: [1] },
};

/** Plays one life with faults and crashes, then lets the exams come to rest without any. */
export async function play(seed: number): Promise<{ world: MemoryWorld; store: MemoryPointerStore; life: Report[] }> {
  const draw = random(seed ^ 0x5f3759df);
  const life = randomLife(seed);
  const store = new MemoryPointerStore();
  const world = new MemoryWorld(() => pick(draw, FAULTS));
  const intake = new Intake('most-restrictive', () => new Date(0));
  const reconciler = new Reconciler(store, world, {
    rule: 'most-restrictive',
    policies,
    now: () => new Date(0),
    random: () => 0.5,
  });
  const run = async (): Promise<void> => {
    for (const exam of store.state.exams.values()) {
      world.studies.set(exam.id, exam.study);
      await reconciler.run(exam.id).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
    }
  };
  for (const report of life) {
    await store.transaction((tx) => intake.take(tx, report));
    if (draw() < 0.6) await run();
  }
  world.fault = () => 'none';
  await run();
  await run();
  return { world, store, life };
}

describe('whatever the RIS sends, in whatever order, through whatever crash', () => {
  it(`the DMP ends as the model says (${LIVES} lives from seed ${FIRST_SEED})`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + LIVES; seed++) {
      const { world, store, life } = await play(seed);
      const studies = new Set(life.flatMap((report) => report.studies.map(({ uid }) => uid)));
      for (const study of studies) {
        const approved = world.approved(study).map(({ ins, codes }) => ({ ins, codes }));
        const shown = shownInTheEnd(life, study);
        expect({ seed, study, approved }).toEqual({ seed, study, approved: shown ? [shown] : [] });
      }
      expect({ seed, twice: world.accepted.length }).toEqual({ seed, twice: new Set(world.accepted).size });
      for (const exam of store.state.exams.values()) {
        const state = shownInTheEnd(life, exam.study) ? 'published' : 'withdrawn';
        expect({ seed, state: exam.state, next: exam.nextAttemptAt }).toEqual({ seed, state, next: null });
      }
    }
  }, 120_000);

  it('tells the doors at once: the last projection says what the reports say, before the DMP has answered', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const store = new MemoryPointerStore();
      const intake = new Intake('most-restrictive', () => new Date(0));
      const life = randomLife(seed);
      for (const report of life) await store.transaction((tx) => intake.take(tx, report));
      for (const exam of store.state.exams.values()) {
        const last = store.state.projections.findLast(({ examId }) => examId === exam.id);
        expect({ seed, shown: last?.shown, version: last?.version }).toEqual({
          seed,
          shown: shownInTheEnd(life, exam.study) !== undefined,
          version: exam.version,
        });
      }
    }
  });

  it('a crash-free first publication costs one send, and codes are the DMP’s', async () => {
    expect(codesOf({ masquePs: true, invisiblePatient: false, invisibleRepresentants: true })).toBe(
      'MASQUE_PS INVISIBLE_REPRESENTANTS_LEGAUX',
    );
    const { world } = await play(7);
    expect(world.entries.every(({ uniqueId }) => world.accepted.includes(uniqueId))).toBe(true);
  });
});
