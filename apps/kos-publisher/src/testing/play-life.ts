import type { Report } from '@drimbox/contracts';
import { Intake } from '../pointer/intake.js';
import type { Exam, PointerStore } from '../pointer/pointer-store.js';
import { Reconciler } from '../pointer/reconciler.js';
import { Crash, type Fault, MemoryWorld } from './memory-world.js';
import { pick, random, randomLife, shownInTheEnd } from './random-lives.js';

const FAULTS: readonly Fault[] = ['none', 'none', 'none', 'not-sent', 'lost-answer', 'crash-before', 'crash-after'];
const policies = {
  pacs: { seconds: [1] },
  absent: { seconds: [1] },
  dmp: { seconds: [1] },
  unbuildable: { seconds: [1] },
};

/** A life that was played, and where it came to rest. */
export interface PlayedLife {
  readonly seed: number;
  readonly life: readonly Report[];
  readonly world: MemoryWorld;
  readonly exams: readonly Exam[];
}

/** Plays one life on a site of its own with faults and crashes, then lets the exams come to rest without any. */
export async function playLife(seed: number, store: PointerStore): Promise<PlayedLife> {
  const draw = random(seed ^ 0x5f3759df);
  const life = randomLife(seed).map((report) => ({ ...report, site: `site-${seed}` }));
  const world = new MemoryWorld(() => pick(draw, FAULTS));
  const intake = new Intake('most-restrictive', () => new Date(0));
  const reconciler = new Reconciler(store, world, {
    rule: 'most-restrictive',
    policies,
    now: () => new Date(0),
    random: () => 0.5,
  });
  const known = new Set<string>();
  const examOf = async (id: string): Promise<Exam> => {
    const exam = await store.transaction((tx) => tx.lockExamById(id));
    if (!exam) throw new Error('an exam that was touched is missing');
    return exam;
  };
  const run = async (): Promise<void> => {
    for (const id of known) {
      world.studies.set(id, (await examOf(id)).study);
      await reconciler.run(id).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
    }
  };
  for (const report of life) {
    for (const id of await store.transaction((tx) => intake.take(tx, report))) known.add(id);
    if (draw() < 0.6) await run();
  }
  world.fault = () => 'none';
  await run();
  await run();
  return { seed, life, world, exams: await Promise.all([...known].map(examOf)) };
}

/** What a life has come to, beside what the short model says it should. */
export function endOf({ seed, life, world, exams }: PlayedLife): { is: object; should: object } {
  const studies = [...new Set(life.flatMap((report) => report.studies.map(({ uid }) => uid)))].toSorted();
  return {
    is: {
      seed,
      shown: studies.map((study) => [study, world.approved(study).map(({ ins, codes }) => ({ ins, codes }))]),
      exams: exams.map(({ study, state, nextAttemptAt }) => [study, state, nextAttemptAt]),
      publishedTwice: world.accepted.filter((uid, at) => world.accepted.indexOf(uid) !== at),
    },
    should: {
      seed,
      shown: studies.map((study) => [study, [shownInTheEnd(life, study)].filter((shown) => shown !== undefined)]),
      exams: exams.map(({ study }) => [study, shownInTheEnd(life, study) ? 'published' : 'withdrawn', null]),
      publishedTwice: [],
    },
  };
}
