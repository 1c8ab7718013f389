import type { Database } from '@drimbox/persistence';
import { NO_TROUBLE, type Trouble } from './policy.js';

interface EventKey {
  readonly event: string;
  readonly eventId: string;
}

/** Memory of events whose handling goes wrong. The ordinary event never touches it. */
export class TroubleRepository {
  constructor(private readonly database: Database) {}

  async find({ event, eventId }: EventKey): Promise<Trouble> {
    const [row] = await this.database.query<{ failures: number; loneRuns: number }>(
      'select failures, lone_runs as "loneRuns" from event_trouble where event = $1 and event_id = $2',
      [event, eventId],
    );
    return row ?? NO_TROUBLE;
  }

  async failed({ event, eventId }: EventKey): Promise<void> {
    await this.database.query(
      `insert into event_trouble (event, event_id, failures) values ($1, $2, 1)
       on conflict (event, event_id) do update set failures = event_trouble.failures + 1, last_at = now()`,
      [event, eventId],
    );
  }

  /** Committed before the lone run begins, or its death would leave no trace. */
  async loneRun({ event, eventId }: EventKey): Promise<void> {
    await this.database.query(
      `insert into event_trouble (event, event_id, lone_runs) values ($1, $2, 1)
       on conflict (event, event_id) do update set lone_runs = event_trouble.lone_runs + 1, last_at = now()`,
      [event, eventId],
    );
  }

  /** A lone run that the process survived proves innocence. */
  async cleared({ event, eventId }: EventKey): Promise<void> {
    await this.database.query('update event_trouble set lone_runs = 0 where event = $1 and event_id = $2', [
      event,
      eventId,
    ]);
  }

  async forget({ event, eventId }: EventKey): Promise<void> {
    await this.database.query('delete from event_trouble where event = $1 and event_id = $2', [event, eventId]);
  }
}
