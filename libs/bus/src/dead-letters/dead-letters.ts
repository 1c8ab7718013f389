import { type ErrorCode, type EventName, failure, type Failure, isEventName } from '@drimbox/contracts';
import type { Database } from '@drimbox/persistence';
import { judge } from '../consume/policy.js';
import { type EventHandlers, runHandler } from '../consume/run-handler.js';

/** An event given up, for people to look at and to replay. */
export interface DeadLetter {
  readonly id: string;
  readonly event: string;
  readonly eventId: string;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly replayedAt: Date | null;
}

export interface NewDeadLetter {
  readonly event: EventName;
  readonly eventId: string;
  readonly data: Uint8Array;
  readonly traceparent: string | undefined;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly attempts: number;
}

export type ReplayResult = { ok: true } | { ok: false; failure: Failure };

const COLUMNS = `id, event, event_id as "eventId", code, reason, attempts, first_at as "firstAt", last_at as "lastAt",
  replayed_at as "replayedAt"`;

/** Events given up by this service, kept in its own schema until somebody decides. */
export class DeadLetters {
  /** Set by the consumer that knows the service's handlers. */
  handlers: EventHandlers = new Map();

  constructor(private readonly database: Database) {}

  /** Keeps the event and forgets its trouble, in one transaction; an event is kept once, with its last reason. */
  async store(letter: NewDeadLetter): Promise<void> {
    const { event, eventId, data, traceparent, code, reason, attempts } = letter;
    await this.database.transaction(async (tx) => {
      await tx.query(
        `insert into dead_letter (event, event_id, body, traceparent, code, reason, attempts, first_at)
         values ($1, $2, $3, $4, $5, $6, $7,
           coalesce((select first_at from event_trouble where event = $1 and event_id = $2), now()))
         on conflict (event, event_id) do update set code = excluded.code, reason = excluded.reason,
           attempts = dead_letter.attempts + excluded.attempts, last_at = now(), replayed_at = null`,
        [event, eventId, Buffer.from(data), traceparent ?? null, code, reason, attempts],
      );
      await tx.query('delete from event_trouble where event = $1 and event_id = $2', [event, eventId]);
    });
  }

  /** Those not replayed yet, oldest first. */
  list(limit = 100): Promise<DeadLetter[]> {
    return this.database.query<DeadLetter & Record<string, unknown>>(
      `select ${COLUMNS} from dead_letter where replayed_at is null order by first_at limit $1`,
      [limit],
    );
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'select count(*)::int as count from dead_letter where replayed_at is null',
    );
    return row?.count ?? 0;
  }

  /**
   * Runs the handler again, here and now, under the same event id: an effect already had is not repeated.
   * @returns DRIM-103 for an unknown letter, else why the handler failed again; the letter then stays with that reason.
   */
  async replay(id: string): Promise<ReplayResult> {
    const [letter] = await this.database.query<{
      event: string;
      eventId: string;
      body: Buffer;
      traceparent: string | null;
      attempts: number;
    }>('select event, event_id as "eventId", body, traceparent, attempts from dead_letter where id = $1', [id]);
    if (!letter || !isEventName(letter.event)) return { ok: false, failure: failure('DRIM-103') };
    const handler = this.handlers.get(letter.event);
    if (!handler) return { ok: false, failure: failure('DRIM-103', `nothing handles ${letter.event}`) };
    const context = { event: letter.event, eventId: letter.eventId, failures: letter.attempts };
    try {
      await runHandler(handler, letter.body, context, letter.traceparent ?? undefined);
    } catch (error) {
      // Nobody waits behind a replay: whatever it is, it is a reason to show.
      const verdict = judge(error, handler.policy.maxAttempts, handler.policy);
      const failed = verdict.kind === 'dead letter' ? failure(verdict.code, verdict.reason) : failure('DRIM-601');
      await this.database.query(
        `update dead_letter set code = $2, reason = $3, attempts = attempts + 1, last_at = now() where id = $1`,
        [id, failed.code, failed.detail ?? 'a service or a device is unavailable'],
      );
      return { ok: false, failure: failed };
    }
    await this.database.query('update dead_letter set replayed_at = now() where id = $1', [id]);
    return { ok: true };
  }
}
