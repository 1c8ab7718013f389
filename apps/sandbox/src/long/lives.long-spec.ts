import { setTimeout as sleep } from 'node:timers/promises';
import { ProjectionPage } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { pointersOf, ToldReport } from '../e2e/told-report.js';
import type { DmpBehaviour, DmpOperation } from '../mesh/dmp-desk.js';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy, type Study } from '../studies/generate-study.js';
import { testPatient, type TestPatient } from '../studies/test-patient.js';
import { seededRandom } from './random.js';
import { randomLife, type RandomLife, shownInTheEnd } from './random-life.js';

/** `DRIMBOX_LIFE_SEED=n DRIMBOX_LIVES=1` plays one life again; faults and kills fall at other moments, the messages are the same. */
const FIRST_SEED = Number(process.env['DRIMBOX_LIFE_SEED'] ?? 1);
const LIVES = Number(process.env['DRIMBOX_LIVES'] ?? 60);
const LANES = 5;
/** Faults ordered between two deaths of kos-publisher. */
const TURNS_TO_A_KILL = 25;
const REST_MS = 180_000;

const IMPATIENT = {
  DRIMBOX_RETRY_PACS_SECONDS: '0.5,1',
  DRIMBOX_RETRY_DMP_SECONDS: '0.5,1',
  DRIMBOX_DMP_CONNECT_SECONDS: '2',
  DRIMBOX_DMP_ANSWER_SECONDS: '3',
  DRIMBOX_DMP_LATE_SECONDS: '8',
  DRIMBOX_LEASE_SECONDS: '12',
};

/** Longer than kos-publisher waits for an answer: the DMP does the work after it was given up. */
const SLOWEST_MS = 4_500;

const KINDS = [
  'lose-answer',
  'cut-mid-answer',
  'down',
  'busy',
  'fault',
  'slow',
] as const satisfies readonly DmpBehaviour['kind'][];
const OPERATIONS = ['publish', 'replace', 'delete', 'query'] as const satisfies readonly DmpOperation[];

/** One life on its own studies, its own patient, and the patient as corrected. */
interface Played {
  readonly life: RandomLife;
  readonly studies: readonly Study[];
  readonly patient: TestPatient;
  readonly right: TestPatient;
}

describe('lives of pointers, whatever fails and whenever', () => {
  let mesh: Mesh;
  const dir = tempDir();
  const random = seededRandom(FIRST_SEED);
  const told = { faults: 0, kills: 0, messages: 0 };

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, durable: true, env: { 'kos-publisher': IMPATIENT } });
  }, 180_000);
  afterAll(() => mesh?.stop());

  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  async function cast(n: number): Promise<Played> {
    const life = randomLife(FIRST_SEED + n);
    const number = 20_000 + 10 * n;
    const patient = testPatient(number);
    const studies = Array.from({ length: life.studies }, (_, at) =>
      generateStudy({
        number: number + at,
        patient,
        patientId: `IPP${number}`,
        series: [{ modality: 'CT', instances: 1 }],
      }),
    );
    for (const study of studies) await loadStudy(mesh.stack.pacs[0]!, study);
    return { life, studies, patient, right: testPatient(number + 9) };
  }

  async function live({ life, studies, patient, right }: Played): Promise<void> {
    const number = 2_000 + 10 * (life.seed - FIRST_SEED);
    const reports = life.kinds.map((kind, at) => new ToldReport(mesh, number + at, kind));
    for (const message of life.messages) {
      const report = reports[message.report - 1]!;
      const named = message.studies.map((at) => studies[at]!);
      const telling = {
        flags: {
          MODIF_CONF_CODE: message.version > 1,
          ...Object.fromEntries(message.flags.map((flag) => [flag, true])),
        },
        cda: { patient: message.corrected ? right : patient },
      };
      if (message.withdraws) await report.withdraw(message.version, named, telling);
      else await report.version(message.version, named, telling);
      told.messages += 1;
      await sleep(random() < 0.5 ? 1500 * random() : 0);
    }
  }

  /** Faults of the DMP all the time, and now and then the death of kos-publisher, until told to stop. */
  async function trouble(over: () => boolean): Promise<void> {
    const publisher = mesh.stack.services['kos-publisher'];
    for (let turn = 1; !over(); turn++) {
      const kind = pick(KINDS);
      const times = 1 + Math.floor(3 * random());
      const slow = kind === 'slow' && { ms: 1 + Math.floor(SLOWEST_MS * random()) };
      await mesh.behave({ kind, operation: pick(OPERATIONS), times, ...slow });
      told.faults += times;
      await sleep(400 * random());
      if (turn % TURNS_TO_A_KILL !== 0) continue;
      await publisher.kill9();
      await sleep(500 * random());
      await publisher.restart();
      told.kills += 1;
    }
    await mesh.dmp.behaveWell();
  }

  async function isAtRest(): Promise<boolean> {
    await mesh.settled(REST_MS / 1000);
    const [waiting] = await mesh.sql('kos-publisher', 'select count(*) from exam where next_attempt_at is not null');
    return waiting === '0';
  }

  async function endOf({ life, studies }: Played): Promise<object> {
    const ends = [];
    for (const [at, { uid }] of studies.entries()) {
      const approved = (await pointersOf(mesh, uid)).filter(({ status }) => status === 'Approved');
      const exam = await mesh.exam(uid);
      ends.push({
        study: at,
        state: exam?.state,
        cause: exam?.cause ?? null,
        shown: approved.map(({ ins, hidden }) => ({ ins, hidden: hidden.toSorted() })),
      });
    }
    return { seed: life.seed, ends };
  }

  function modelOf({ life, studies, patient, right }: Played): object {
    const named = (at: number): boolean => life.messages.some((message) => message.studies.includes(at));
    const ends = studies.map((_, study) => {
      const shown = shownInTheEnd(life, study);
      const ins = shown?.corrected ? right.ins : patient.ins;
      return {
        study,
        state: shown ? 'published' : named(study) ? 'withdrawn' : undefined,
        cause: null,
        shown: shown ? [{ ins, hidden: shown.hidden }] : [],
      };
    });
    return { seed: life.seed, ends };
  }

  it(`${LIVES} lives from seed ${FIRST_SEED}: the DMP ends as the model says`, async () => {
    const all = await Promise.all(Array.from({ length: LIVES }, (_, n) => cast(n)));
    let done = false;
    const troubled = trouble(() => done);
    let next = 0;
    try {
      await Promise.all(
        Array.from({ length: LANES }, async () => {
          for (let played = all[next++]; played; played = all[next++]) await live(played);
        }),
      );
    } finally {
      done = true;
      await troubled;
    }
    await eventually(isAtRest, REST_MS);
    const [attempts] = await mesh.sql(
      'kos-publisher',
      `select count(*), count(*) filter (where outcome is null), count(*) filter (where outcome = 'unknown') from dmp_attempt`,
    );
    const [tries, cut, unknown] = (attempts ?? '').split('|');
    process.stdout.write(
      `\n    seeds ${FIRST_SEED} to ${FIRST_SEED + LIVES - 1}: ${told.messages} messages, ${told.faults} faults ordered, ` +
        `${told.kills} kills of kos-publisher; ${tries} contacts with the DMP, ${cut} cut by a kill, ${unknown} in doubt\n`,
    );
    const ends = [];
    for (const played of all) ends.push(await endOf(played));
    expect(ends).toEqual(all.map(modelOf));
    await expectProjection(all);
    // Else the moments of this run prove nothing.
    if (LIVES > 20) expect([told.kills, Number(unknown)].every((count) => count > 0)).toBe(true);
  });

  /** The doors are told the same as the DMP. */
  async function expectProjection(all: readonly Played[]): Promise<void> {
    const { exams } = await mesh.ask('kos-publisher', '/projection?limit=1000', ProjectionPage);
    const known = new Map(exams.map((exam) => [exam.study, exam]));
    for (const { life, studies } of all) {
      for (const [at, { uid }] of studies.entries()) {
        const shown = shownInTheEnd(life, at);
        const exam = known.get(uid);
        expect([life.seed, at, exam?.shown ?? false, exam?.invisibleToSubject ?? false]).toEqual([
          life.seed,
          at,
          shown !== undefined,
          shown?.hidden.includes('INVISIBLE_PATIENT') ?? false,
        ]);
      }
    }
  }
});
