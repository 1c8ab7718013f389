import { EVENT_NAMES, type EventName, ROUTES } from '@drimbox/contracts';
import type { Database } from '@drimbox/persistence';
import type { OutgoingEvent } from '../transport/transport.js';

export interface UnsentRow extends OutgoingEvent {
  readonly position: string;
}

export interface Backlog {
  readonly unsent: number;
  /** Seconds since the oldest unsent row was written. */
  readonly oldestSeconds: number;
}

/** Future service that counts; its events are not purged before it exists. */
const STATISTICS = 'stats';

/** Events that somebody hears; the others stay in the table until their first consumer exists. */
const ROUTED: readonly EventName[] = EVENT_NAMES.filter((event) => ROUTES[event].to.length > 0);

const PURGEABLE = ROUTED.filter((event) => {
  const { counted, to } = ROUTES[event];
  return !counted || (to as readonly string[]).includes(STATISTICS);
});

const PURGE_ROWS = 5_000;

/** SQL of the relay. */
export class OutboxRepository {
  constructor(private readonly database: Database) {}

  /** Oldest unsent rows, at most `limit` of each event, in one round trip. */
  unsent(limit: number): Promise<UnsentRow[]> {
    return this.database.query(
      `select oldest.* from unnest($1::text[]) as routed(event) cross join lateral (
         select position, id, event, body::text as body, traceparent from outbox
         where sent_at is null and event = routed.event order by position limit $2) as oldest`,
      [ROUTED, limit],
    );
  }

  async markSent(positions: readonly string[]): Promise<void> {
    await this.database.query('update outbox set sent_at = now() where position = any($1::bigint[])', [positions]);
  }

  /** Makes rows sent in the last moments unsent again: an acknowledged event may not have reached the disk. */
  async unsendSince(milliseconds: number): Promise<number> {
    const { count } = await this.database.run({
      text: `update outbox set sent_at = null where sent_at > now() - $1 * interval '1 millisecond'`,
      values: [milliseconds],
    });
    return count;
  }

  /**
   * Notes which store the rows are sent to. When it is another one than before, every row still kept is unsent again,
   * in the same transaction. Returns how many, or undefined when the store is the known one.
   */
  adoptStore(created: Date): Promise<number | undefined> {
    return this.database.transaction(async (tx) => {
      const { count: changed } = await tx.run({
        text: `insert into relay_state (stream_created) values ($1)
               on conflict (single) do update set stream_created = excluded.stream_created
               where relay_state.stream_created <> excluded.stream_created`,
        values: [created],
      });
      if (changed === 0) return undefined;
      return (await tx.run({ text: 'update outbox set sent_at = null where sent_at is not null' })).count;
    });
  }

  async backlog(): Promise<Backlog> {
    const [row] = await this.database.query<{ unsent: string; oldest: number | null }>(
      `select count(*) as unsent, extract(epoch from now() - min(created_at))::float8 as oldest
       from outbox where sent_at is null and event = any($1)`,
      [ROUTED],
    );
    return { unsent: Number(row?.unsent ?? 0), oldestSeconds: row?.oldest ?? 0 };
  }

  /** Deletes what was sent `days` ago, and inbox rows twice as old: a repeat always finds its inbox row. */
  async purge(days: number): Promise<void> {
    await this.deleteInBatches(
      `delete from outbox where position in (select position from outbox
       where sent_at < now() - $1 * interval '1 day' and event = any($2) limit ${PURGE_ROWS})`,
      [days, PURGEABLE],
    );
    await this.deleteInBatches(
      `delete from inbox where event_id in (select event_id from inbox
       where handled_at < now() - $1 * interval '1 day' limit ${PURGE_ROWS})`,
      [2 * days],
    );
    await this.database.query(`delete from event_trouble where last_at < now() - $1 * interval '1 day'`, [2 * days]);
  }

  /** Short transactions: a purge never holds up a reception. */
  private async deleteInBatches(text: string, values: readonly unknown[]): Promise<void> {
    while ((await this.database.run({ text, values })).count === PURGE_ROWS);
  }
}
