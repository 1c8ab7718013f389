import { EVENTS, type ProjectedExam, ProjectionPage } from '@drimbox/contracts';
import { playLife } from '../testing/play-life.js';
import { type OpenSqlStore, sqlPointerStore } from '../testing/sql-store.for-spec.js';
import { ProjectionRepository } from './projection.repository.js';

const Told = EVENTS['exam.projected'].omit({ at: true });

/** Lives with faults and crashes leave events and tables behind: both must say the same. */
describe('the projection', () => {
  let opened: OpenSqlStore;
  let projection: ProjectionRepository;
  beforeAll(async () => {
    opened = await sqlPointerStore();
    projection = new ProjectionRepository(opened.database);
    for (let seed = 1; seed <= 10; seed++) await playLife(seed, opened.store);
    // Known by a waiting request only: no report has told it.
    await opened.store.transaction((tx) => tx.lockExam({ site: 'site-0', study: '1.2.3', pacsLink: 'pacs-a' }));
  });
  afterAll(() => opened?.close());

  async function pages(limit: number): Promise<ProjectedExam[]> {
    const exams: ProjectedExam[] = [];
    let after: string | undefined;
    do {
      const page = ProjectionPage.parse(await projection.page({ limit, ...(after !== undefined && { after }) }));
      expect(page.exams.length).toBeLessThanOrEqual(limit);
      exams.push(...page.exams);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return exams;
  }

  /** The highest version of each exam among the events, in the order of the pages. */
  async function told(): Promise<ProjectedExam[]> {
    const rows = await opened.database.query<{ body: Record<string, unknown> }>(
      `select body from outbox where event = 'exam.projected'`,
    );
    const last = new Map<string, ProjectedExam>();
    for (const { body } of rows) {
      const exam = Told.parse(withoutMoment(body));
      if (exam.version > (last.get(exam.examId)?.version ?? 0)) last.set(exam.examId, exam);
    }
    return [...last.values()].toSorted((a, b) => (a.examId < b.examId ? -1 : 1));
  }
  const withoutMoment = ({ at: _at, ...body }: Record<string, unknown>): object => body;

  it('rebuilt page by page says what the last events said', async () => {
    const whole = await pages(1000);
    expect(whole.length).toBeGreaterThan(10);
    expect(whole).toEqual(await told());
    expect(await pages(1)).toEqual(whole);
    expect(await pages(3)).toEqual(whole);
  });
});
