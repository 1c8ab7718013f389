import { randomUUID } from 'node:crypto';
import { type Failure, failure, isErrorCode } from '@drimbox/contracts';
import type { Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import { type State, WORKED_STATES } from '../life/life.js';
import type { Exam, Move } from './exam.js';

interface ExamRow {
  id: string;
  site: string;
  pacs_link: string;
  study: string;
  ins: string | null;
  state: State;
  version: number;
  cause_code: string | null;
  cause_detail: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  first_report_at: Date | null;
}

export interface StepDetail {
  readonly reportId?: string | undefined;
  readonly cause?: Failure | undefined;
  readonly milliseconds?: number | undefined;
  /** The worker that holds the exam's lease ends its step with this move. */
  readonly release?: boolean;
}

const COLUMNS = `id, site, pacs_link, study, ins, state, version, cause_code, cause_detail, attempts, next_attempt_at, first_report_at`;

/** Exams and their steps in PostgreSQL. Every writer holds the row lock that `lock` takes. */
@Injectable()
export class ExamRepository {
  /** The exam of a study, created when unknown, locked until the transaction ends. */
  async lock(tx: Sql, key: { site: string; study: string; pacsLink: string }): Promise<Exam> {
    await tx.query(
      `insert into exam (id, site, study, pacs_link, state) values ($1, $2, $3, $4, 'none') on conflict (site, study) do nothing`,
      [randomUUID(), key.site, key.study, key.pacsLink],
    );
    const rows = await tx.query<ExamRow>(`select ${COLUMNS} from exam where site = $1 and study = $2 for update`, [
      key.site,
      key.study,
    ]);
    return toExam(only(rows));
  }

  async find(sql: Sql, id: string): Promise<Exam | undefined> {
    const [row] = await sql.query<ExamRow>(`select ${COLUMNS} from exam where id = $1`, [id]);
    return row && toExam(row);
  }

  async lockById(tx: Sql, id: string): Promise<Exam | undefined> {
    const [row] = await tx.query<ExamRow>(`select ${COLUMNS} from exam where id = $1 for update`, [id]);
    return row && toExam(row);
  }

  /** Stores a move and its step. The version in the row must be the one the move started from. */
  async save(tx: Sql, before: Exam, move: Move, step: StepDetail = {}): Promise<void> {
    const { exam } = move;
    const updated = await tx.query(
      `update exam set state = $3, version = $4, cause_code = $5, cause_detail = $6, attempts = $7, next_attempt_at = $8,
              ins = $9, first_report_at = $10, updated_at = now(),
              claimed_until = case when $11 then null else claimed_until end
        where id = $1 and version = $2 returning id`,
      [
        exam.id,
        before.version,
        exam.state,
        exam.version,
        exam.cause?.code ?? null,
        exam.cause?.detail ?? null,
        exam.attempts,
        exam.nextAttemptAt,
        exam.ins,
        exam.firstReportAt,
        step.release ?? false,
      ],
    );
    if (updated.length !== 1) throw new Error(`exam ${exam.id} changed under its lock`);
    await tx.query(
      `insert into exam_step (exam_id, event, from_state, to_state, action, code, detail, report_id, milliseconds)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        exam.id,
        move.event,
        move.from,
        exam.state,
        move.action,
        step.cause?.code ?? null,
        step.cause?.detail ?? null,
        step.reportId ?? null,
        step.milliseconds ?? null,
      ],
    );
  }

  /**
   * Takes due exams for this replica until the lease ends; a crashed replica's exams come back by themselves.
   * @returns ids, oldest due first, `limit` at most.
   */
  async claimDue(sql: Sql, limit: number, leaseMs: number): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `with due as (
         select id from exam
          where next_attempt_at <= now() and state = any($1) and (claimed_until is null or claimed_until < now())
          order by next_attempt_at limit $2 for update skip locked)
       update exam set claimed_until = now() + $3 * interval '1 millisecond' from due where exam.id = due.id returning exam.id`,
      [WORKED_STATES, limit, leaseMs],
    );
    return rows.map(({ id }) => id);
  }

  /** Gives back exams whose step could not be carried out now: any replica may take them again after `delayMs`. */
  async giveBack(sql: Sql, ids: readonly string[], delayMs: number): Promise<void> {
    await sql.query(`update exam set claimed_until = now() + $2 * interval '1 millisecond' where id = any($1)`, [
      ids,
      delayMs,
    ]);
  }

  /** Milliseconds until the next exam is due, or undefined when none waits. */
  async nextDue(sql: Sql): Promise<number | undefined> {
    const [row] = await sql.query<{ wait: number | null }>(
      `select extract(epoch from min(greatest(next_attempt_at, coalesce(claimed_until, next_attempt_at))) - now()) * 1000 as wait
         from exam where next_attempt_at is not null and state = any($1)`,
      [WORKED_STATES],
    );
    return row?.wait === null || row?.wait === undefined ? undefined : Math.max(0, Number(row.wait));
  }
}

function only<T>(rows: T[]): T {
  const [row] = rows;
  if (!row) throw new Error('a row that must exist is missing');
  return row;
}

function toExam(row: ExamRow): Exam {
  return {
    id: row.id,
    site: row.site,
    pacsLink: row.pacs_link,
    study: row.study,
    ins: row.ins,
    state: row.state,
    version: row.version,
    cause: causeOf(row),
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    firstReportAt: row.first_report_at,
  };
}

function causeOf({ cause_code: code, cause_detail: detail }: ExamRow): Failure | null {
  return code !== null && isErrorCode(code) ? failure(code, detail ?? undefined) : null;
}
