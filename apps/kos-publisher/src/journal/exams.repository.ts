import { ERRORS, type ExamDetail, type ExamLine, type ExamQuery, isErrorCode } from '@drimbox/contracts';
import { Database, type Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

interface Row {
  id: string;
  site: string;
  pacs_link: string;
  study: string;
  state: string;
  cause_code: string | null;
  cause_detail: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  first_report_at: Date | null;
  updated_at: Date;
  kos_uid: string | null;
  accepted_at: Date | null;
  reports: number;
  parked: number;
}

const SELECT = `
  select exam.id, site, pacs_link, study, state, cause_code, cause_detail, attempts, next_attempt_at, first_report_at, updated_at,
         version.kos_uid, version.accepted_at,
         (select count(*)::int from report_study where report_study.site = exam.site and report_study.study = exam.study) as reports,
         (select count(*)::int from parked_request where exam_id = exam.id and done_at is null) as parked
    from exam
    left join lateral (
      select kos_uid, case when status in ('approved', 'replaced', 'deleted', 'lost') then status_at end as accepted_at
        from kos_version where exam_id = exam.id order by number desc limit 1) as version on true`;

/** Where each pointer stands and how it came there. */
@Injectable()
export class ExamsRepository {
  constructor(private readonly database: Database) {}

  async list({ site, study, state, limit }: ExamQuery): Promise<ExamLine[]> {
    const rows = await this.database.query<Row>(
      `${SELECT} where ($1::text is null or site = $1) and ($2::text is null or study = $2) and ($3::text is null or state = $3)
       order by updated_at desc limit $4`,
      [site ?? null, study ?? null, state ?? null, limit],
    );
    return rows.map(lineOf);
  }

  find(id: string): Promise<ExamDetail | undefined> {
    return findExam(this.database, id);
  }
}

/** An exam with its steps and what waits, seen by the pool or inside a transaction. */
export async function findExam(sql: Sql, id: string): Promise<ExamDetail | undefined> {
  const [row] = await sql.query<Row>(`${SELECT} where exam.id = $1`, [id]);
  if (!row) return undefined;
  const steps = await sql.query<{
    at: Date;
    event: string;
    from_state: string;
    to_state: string;
    action: string;
    code: string | null;
    detail: string | null;
    report_id: string | null;
    milliseconds: number | null;
  }>(
    `select at, event, from_state, to_state, action, code, detail, report_id, milliseconds
         from exam_step where exam_id = $1 order by position limit 1000`,
    [id],
  );
  const waiting = await sql.query<{ event: string; report_id: string | null; parked_at: Date }>(
    `select event, null::uuid as report_id, parked_at from parked_request where exam_id = $1 and done_at is null order by parked_at limit 1000`,
    [id],
  );
  return {
    ...lineOf(row),
    steps: steps.map((step) => ({
      at: step.at.toISOString(),
      event: step.event,
      from: step.from_state,
      to: step.to_state,
      action: step.action,
      cause: causeOf(step.code, step.detail),
      reportId: step.report_id,
      milliseconds: step.milliseconds,
    })),
    waiting: waiting.map((one) => ({
      event: one.event,
      reportId: one.report_id,
      parkedAt: one.parked_at.toISOString(),
    })),
  };
}

/** The words of a stored code. */
export const causeOf = (code: string | null, detail: string | null): ExamLine['cause'] =>
  code !== null && isErrorCode(code) ? { code, fr: ERRORS[code].fr, en: ERRORS[code].en, detail } : null;

const lineOf = (row: Row): ExamLine => ({
  id: row.id,
  site: row.site,
  pacsLink: row.pacs_link,
  study: row.study,
  state: row.state,
  cause: causeOf(row.cause_code, row.cause_detail),
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
  firstReportAt: row.first_report_at?.toISOString() ?? null,
  updatedAt: row.updated_at.toISOString(),
  kos: row.kos_uid,
  acceptedAt: row.accepted_at?.toISOString() ?? null,
  reports: row.reports,
  parked: row.parked,
});
