import { randomUUID } from 'node:crypto';
import { type Report, WhyAnswer, WhyId } from '@drimbox/contracts';
import { Intake } from '../pointer/intake.js';
import { Reconciler } from '../pointer/reconciler.js';
import { aReport } from '../testing/fixtures.js';
import { MemoryWorld } from '../testing/memory-world.js';
import { type OpenSqlStore, sqlPointerStore } from '../testing/sql-store.for-spec.js';
import { WhyRepository } from './why.repository.js';

const NOW = new Date('2026-01-02T10:00:00Z');
const STUDIES = ['1.2.3.1', '1.2.3.2'] as const;

describe('why an exam stands where it stands', () => {
  let sql: OpenSqlStore;
  let why: WhyRepository;
  const world = new MemoryWorld(() => 'none');
  const exams = new Map<string, string>();
  const first = aReport({
    id: randomUUID(),
    studies: STUDIES.map((uid) => ({ ...aReport().studies[0]!, uid })),
  });
  const second: Report = {
    ...first,
    id: randomUUID(),
    sequence: 2,
    operation: 'replace',
    document: { ...first.document, id: { root: '1.2.8.2' }, version: 2, replaces: first.document.id },
    studies: first.studies.slice(0, 1),
    visibility: { ...first.visibility, masquePs: true },
  };

  beforeAll(async () => {
    sql = await sqlPointerStore();
    why = new WhyRepository(sql.database, sql.store, { visibilityOfSet: 'most-restrictive' });
    const intake = new Intake('most-restrictive', () => NOW);
    const seconds = { seconds: [60] };
    const reconciler = new Reconciler(sql.store, world, {
      rule: 'most-restrictive',
      policies: { pacs: seconds, absent: seconds, dmp: seconds, unbuildable: seconds },
      now: () => NOW,
      random: () => 0.5,
    });
    const ids = await sql.store.transaction((tx) => intake.take(tx, first));
    ids.forEach((id, index) => exams.set(STUDIES[index]!, id));
    for (const id of ids) await reconciler.run(id);
    await sql.store.transaction((tx) => intake.take(tx, second));
    world.fault = () => 'lost-answer';
    await reconciler.run(exams.get(STUDIES[0])!);
  });
  afterAll(() => sql?.close());

  const told = async (id: string): Promise<WhyAnswer> => WhyAnswer.parse(await why.tell(id));
  const studiesOf = async (id: string): Promise<string[]> =>
    (await told(id)).exams.map(({ exam }) => exam.study).toSorted();

  it.each<[string, () => Promise<string> | string, readonly string[]]>([
    ['an exam', () => exams.get(STUDIES[1])!, STUDIES.slice(1)],
    ['a study', () => STUDIES[1], STUDIES.slice(1)],
    ['a report, of whatever version', () => second.id, STUDIES],
    ['a CDA document', () => first.document.id.root, STUDIES],
    ['a KOS', () => world.accepted[0]!, STUDIES.slice(0, 1)],
    ['a version', async () => (await told(STUDIES[0])).exams[0]!.versions[0]!.id, STUDIES.slice(0, 1)],
    ['nothing known', () => '1.2.999', []],
  ])('is told by %s', async (_, id, studies) => {
    expect(await studiesOf(await id())).toEqual(studies);
  });

  it('says what the reports say, what is wanted, what the DMP has, what remains and every attempt', async () => {
    const [story] = (await told(STUDIES[0])).exams;
    expect(story?.reports).toMatchObject([{ reportId: second.id, document: '1.2.8.2', version: 2, live: true }]);
    expect(story?.wanted).toMatchObject({ kind: 'pointer', builtFrom: second.id, visibility: { masquePs: true } });
    expect(story?.versions).toMatchObject([
      { number: 1, state: 'approved', attempts: [{ operation: 'send', outcome: 'accepted', cause: null }] },
      {
        number: 2,
        state: 'frozen',
        attempts: [
          { operation: 'send', outcome: 'unknown', cause: { code: 'DRIM-501' } },
          { operation: 'look', outcome: 'unknown', cause: { code: 'DRIM-500' } },
        ],
      },
    ]);
    expect(story?.plan).toEqual([{ kind: 'look', version: story?.versions[1]?.id, held: false }]);
    expect(story?.exam).toMatchObject({
      state: 'replacing',
      cause: { code: story?.versions[1]?.attempts.at(-1)?.cause?.code },
    });
    expect(story?.exam.nextAttemptAt).not.toBeNull();
    expect(story?.exam.steps.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['report.new', 'pacs.found', 'dmp.accepted', 'report.replace', 'dmp.unavailable']),
    );
  });

  it('says of a study that its report no longer names that its pointer has to leave', async () => {
    const [story] = (await told(STUDIES[1])).exams;
    expect(story?.reports).toMatchObject([{ reportId: second.id, live: false }]);
    expect(story?.wanted).toEqual({ kind: 'nothing' });
    expect(story?.plan).toEqual([{ kind: 'delete', version: story?.versions[0]?.id, held: false }]);
  });

  it('holds no trait', async () => {
    const { ins, ipp } = { ins: first.patient.ins.value, ipp: first.patient.ipp!.value };
    const text = JSON.stringify(await told(first.id));
    for (const trait of [ins, ipp, first.patient.birthFamily, first.patient.birthDate, first.patient.birthGivens[0]!])
      expect(text).not.toContain(trait);
  });

  it.each(['', ' ', '../exams', "1' or '1", 'a'.repeat(201)])('%j is no id', (id) =>
    expect(WhyId.safeParse(id).success).toBe(false),
  );
});
