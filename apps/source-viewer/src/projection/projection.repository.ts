import type { ProjectedExam } from '@drimbox/contracts';
import { Database, type Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

export interface KnownExam {
  readonly examId: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  /** A live report covers it. */
  readonly shown: boolean;
  /** INVISIBLE_PATIENT. */
  readonly invisibleToSubject: boolean;
}

/** While the projection is not whole, an absent exam does not mean an unknown one. */
export type ExamFound =
  { readonly complete: false } | { readonly complete: true; readonly exam: KnownExam | undefined };

interface Row {
  exam_id: string;
  site: string;
  pacs_link: string;
  study: string;
  shown: boolean;
  invisible_to_subject: boolean;
}

/** The exams as kos-publisher told them: no patient trait. */
@Injectable()
export class ProjectionRepository {
  /** Once whole, always whole: events keep it so. */
  private complete = false;

  constructor(private readonly database: Database) {}

  /** What is older than what is known is ignored. */
  async take(sql: Sql, exam: ProjectedExam): Promise<void> {
    await sql.run({
      name: 'exam-take',
      text: `insert into exam (exam_id, site, pacs_link, study, version, shown, invisible_to_subject)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (exam_id) do update set site = excluded.site, pacs_link = excluded.pacs_link,
               study = excluded.study, version = excluded.version, shown = excluded.shown,
               invisible_to_subject = excluded.invisible_to_subject
             where exam.version < excluded.version`,
      values: [exam.examId, exam.site, exam.pacsLink, exam.study, exam.version, exam.shown, exam.invisibleToSubject],
    });
  }

  /** The exam of a study at a link: one look-up, whatever it finds. */
  async find(pacsLink: string, study: string): Promise<ExamFound> {
    const { rows } = await this.database.run<Row>({
      name: 'exam-find',
      text: `select exam_id, site, pacs_link, study, shown, invisible_to_subject from exam
              where pacs_link = $1 and study = $2 order by shown desc, version desc limit 1`,
      values: [pacsLink, study],
    });
    if (!this.complete && !(await this.isComplete())) return { complete: false };
    const [row] = rows;
    return { complete: true, exam: row && examOf(row) };
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
}

const examOf = (row: Row): KnownExam => ({
  examId: row.exam_id,
  site: row.site,
  pacsLink: row.pacs_link,
  study: row.study,
  shown: row.shown,
  invisibleToSubject: row.invisible_to_subject,
});
