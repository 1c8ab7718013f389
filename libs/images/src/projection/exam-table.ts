import type { ProjectedExam } from '@drimbox/contracts';
import { Database, type Sql } from '@drimbox/persistence';

/** What every door knows of an exam; no patient trait. */
export interface ProjectedFacts {
  readonly examId: string;
  readonly version: number;
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  /** A live report covers it. */
  readonly shown: boolean;
}

/** While the projection is not whole, an absent exam does not mean an unknown one. */
export type ExamFound<Exam> =
  { readonly complete: false } | { readonly complete: true; readonly exam: Exam | undefined };

interface Row {
  exam_id: string;
  version: number;
  site: string;
  pacs_link: string;
  study: string;
  shown: boolean;
}

/** Columns of `exam` that one door keeps besides those of every door. */
export interface MoreColumns<More> {
  readonly names: readonly (keyof More & string)[];
  readonly of: (exam: ProjectedExam) => More;
}

const COMMON = ['exam_id', 'version', 'site', 'pacs_link', 'study', 'shown'];

/**
 * The exams as kos-publisher told them, in the table `exam` of a door, and in `projection_state` how much of them was read. @typeParam
 * More row of the further columns. @typeParam Exam what the door makes of a row.
 */
export class ExamTable<Exam, More extends object> {
  /** Once whole, always whole: events keep it so. */
  private complete = false;
  private readonly columns: string;

  constructor(
    private readonly database: Database,
    private readonly more: MoreColumns<More>,
    private readonly examOf: (facts: ProjectedFacts, row: More) => Exam,
  ) {
    this.columns = [...COMMON, ...more.names].join(', ');
  }

  /** @returns false when this version, or a later one, was known. */
  async take(sql: Sql, exam: ProjectedExam): Promise<boolean> {
    const names = [...COMMON, ...this.more.names];
    const more = this.more.of(exam);
    const updated = names.filter((name) => name !== 'exam_id').map((name) => `${name} = excluded.${name}`);
    const { count } = await sql.run({
      name: 'exam-take',
      text: `insert into exam (${this.columns}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})
             on conflict (exam_id) do update set ${updated.join(', ')} where exam.version < excluded.version`,
      values: [
        exam.examId,
        exam.version,
        exam.site,
        exam.pacsLink,
        exam.study,
        exam.shown,
        ...this.more.names.map((name) => more[name]),
      ],
    });
    return count > 0;
  }

  /** The exam of a study at a link: one look-up, whatever it finds. */
  async find(pacsLink: string, study: string): Promise<ExamFound<Exam>> {
    const { rows } = await this.database.run<Row & More>({
      name: 'exam-find',
      text: `select ${this.columns} from exam
              where pacs_link = $1 and study = $2 order by shown desc, version desc limit 1`,
      values: [pacsLink, study],
    });
    if (!this.complete && !(await this.isComplete())) return { complete: false };
    return { complete: true, exam: this.read(rows[0]) };
  }

  async byId(examId: string): Promise<Exam | undefined> {
    const [row] = await this.database.query<Row & More>(`select ${this.columns} from exam where exam_id = $1`, [
      examId,
    ]);
    return this.read(row);
  }

  async isComplete(): Promise<boolean> {
    return (await this.progress()).complete;
  }

  /** Where the reading of the pages stands. */
  async progress(): Promise<{ complete: boolean; next: string | null }> {
    const [row] = await this.database.query<{ complete: boolean; next: string | null }>(
      'select complete, next from projection_state',
    );
    this.complete = row?.complete ?? false;
    return { complete: this.complete, next: row?.next ?? null };
  }

  async advance(sql: Sql, next: string | null): Promise<void> {
    await sql.run({
      text: `insert into projection_state (complete, next) values ($1, $2)
             on conflict (single) do update set complete = projection_state.complete or excluded.complete, next = excluded.next`,
      values: [next === null, next],
    });
  }

  private read(row: (Row & More) | undefined): Exam | undefined {
    if (!row) return undefined;
    const { exam_id: examId, version, site, pacs_link: pacsLink, study, shown } = row;
    return this.examOf({ examId, version, site, pacsLink, study, shown }, row);
  }
}
