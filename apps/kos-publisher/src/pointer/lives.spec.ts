import { MemoryPointerStore } from './memory-pointer-store.js';
import { endOf, playLife } from '../testing/play-life.js';
import { codesOf, randomLife, shownInTheEnd } from '../testing/random-lives.js';
import { sqlPointerStore } from '../testing/sql-store.for-spec.js';
import { Intake } from './intake.js';

const LIVES = Number(process.env['DRIMBOX_LIVES'] ?? 1500);
const SQL_LIVES = Math.min(LIVES, 40);
const FIRST_SEED = Number(process.env['DRIMBOX_LIFE_SEED'] ?? 1);

describe('whatever the RIS sends, in whatever order, through whatever crash', () => {
  it(`the DMP ends as the model says (${LIVES} lives from seed ${FIRST_SEED})`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + LIVES; seed++) {
      const { is, should } = endOf(await playLife(seed, new MemoryPointerStore()));
      expect(is).toEqual(should);
      // Lives in memory never wait: without a turn of the event loop everything else of the process would.
      await new Promise(setImmediate);
    }
  }, 600_000);

  it(`the same on PostgreSQL (${SQL_LIVES} lives from seed ${FIRST_SEED})`, async () => {
    const { store, close } = await sqlPointerStore();
    try {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SQL_LIVES; seed++) {
        const { is, should } = endOf(await playLife(seed, store));
        expect(is).toEqual(should);
      }
    } finally {
      await close();
    }
  }, 600_000);

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

  it('codes are the DMP’s', () => {
    expect(codesOf({ masquePs: true, invisiblePatient: false, invisibleRepresentants: true })).toBe(
      'MASQUE_PS INVISIBLE_REPRESENTANTS_LEGAUX',
    );
  });
});
