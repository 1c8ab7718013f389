import type { ProjectedExam } from '@drimbox/contracts';
import { Database, type Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import type { ExamFound, KnownExam } from '../access/facts.js';

interface Row {
  exam_id: string;
  version: number;
  shown: boolean;
  kos: string | null;
  former_kos: string[];
}

/** The exams as kos-publisher told them. */
@Injectable()
export class ProjectionRepository {
  /** Once whole, always whole: events keep it so. */
  private complete = false;

  constructor(private readonly database: Database) {}

  /** @returns false when this version, or a later one, was known. */
  async take(sql: Sql, exam: Omit<ProjectedExam, 'invisibleToSubject'>): Promise<boolean> {
    const { count } = await sql.run({
      name: 'exam-take',
      text: `insert into exam (exam_id, site, pacs_link, study, version, shown, kos, former_kos)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (exam_id) do update set site = excluded.site, pacs_link = excluded.pacs_link,
               study = excluded.study, version = excluded.version, shown = excluded.shown, kos = excluded.kos,
               former_kos = excluded.former_kos
             where exam.version < excluded.version`,
      values: [
        exam.examId,
        exam.site,
        exam.pacsLink,
        exam.study,
        exam.version,
        exam.shown,
        exam.kos,
        [...exam.formerKos],
      ],
    });
    return count > 0;
  }

  /** The exam of a study at a link: one look-up, whatever it finds. */
  async find(pacsLink: string, study: string): Promise<ExamFound> {
    const { rows } = await this.database.run<Row>({
      name: 'exam-find',
      text: `select exam_id, version, shown, kos, former_kos from exam
              where pacs_link = $1 and study = $2 order by shown desc, version desc limit 1`,
      values: [pacsLink, study],
    });
    if (!this.complete && !(await this.isComplete())) return { complete: false };
    return { complete: true, exam: rows[0] && examOf(rows[0]) };
  }

  async byId(examId: string): Promise<KnownExam | undefined> {
    const [row] = await this.database.query<Row>(
      'select exam_id, version, shown, kos, former_kos from exam where exam_id = $1',
      [examId],
    );
    return row && examOf(row);
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
  version: row.version,
  shown: row.shown,
  kos: row.kos,
  formerKos: row.former_kos,
});
