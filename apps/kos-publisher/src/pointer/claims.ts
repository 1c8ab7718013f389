import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

/** Leases on exams: who works on one, until when. */
@Injectable()
export class Claims {
  constructor(private readonly database: Database) {}

  /**
   * Takes due exams for this replica until the lease ends; a crashed replica's exams come back by themselves.
   * @returns ids, oldest due first, `limit` at most.
   */
  async due(limit: number, leaseMs: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `with due as (
         select id from exam
          where next_attempt_at <= now() and (claimed_until is null or claimed_until < now())
          order by next_attempt_at limit $1 for update skip locked)
       update exam set claimed_until = now() + $2 * interval '1 millisecond' from due where exam.id = due.id returning exam.id`,
      [limit, leaseMs],
    );
    return rows.map(({ id }) => id);
  }

  /** Another lease for an exam that is still worked on; nothing for one that was given back meanwhile. */
  async renew(id: string, leaseMs: number): Promise<void> {
    await this.database.query(
      `update exam set claimed_until = now() + $2 * interval '1 millisecond' where id = $1 and claimed_until is not null`,
      [id, leaseMs],
    );
  }

  /** Gives back exams whose step could not be carried out now: any replica may take them again after `delayMs`. */
  async giveBack(ids: readonly string[], delayMs: number): Promise<void> {
    await this.database.query(
      `update exam set claimed_until = now() + $2 * interval '1 millisecond' where id = any($1)`,
      [ids, delayMs],
    );
  }

  /** Milliseconds until the next exam is due, or undefined when none waits. */
  async nextDue(): Promise<number | undefined> {
    const [row] = await this.database.query<{ wait: string | null }>(
      `select extract(epoch from min(greatest(next_attempt_at, coalesce(claimed_until, next_attempt_at))) - now()) * 1000 as wait
         from exam where next_attempt_at is not null`,
    );
    return row?.wait === null || row?.wait === undefined ? undefined : Math.max(0, Number(row.wait));
  }
}
