import type { EventBody, EventName, ServiceName } from '@drimbox/contracts';
import type { Database, Tx } from '@drimbox/persistence';
import { type OutboxRow, outboxInsert, outboxRow, outboxValues } from './outbox-row.js';

/** At most one NOTIFY per process in so many milliseconds. */
const NOTIFY_MILLISECONDS = 10;

/** Channel on which the relay of a schema listens. */
export const outboxChannel = (schema: string): string => `outbox_${schema}`;

/** Events of record: written in the transaction of the fact they tell, sent later by the relay (architecture, rule 1). */
export class Outbox {
  /** Wakes the relay of this process; says whether it is the one that sends. */
  wakeRelay: () => boolean = () => false;
  private notice: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly service: ServiceName,
  ) {}

  /** Adds an event to the transaction; it leaves once that has committed. Returns its id. */
  async add<N extends EventName>(tx: Tx, event: N, body: EventBody<N>): Promise<string> {
    const row = this.row(event, body);
    await tx.run({ name: 'outbox-add', text: outboxInsert(), values: outboxValues(row) });
    tx.afterCommit(() => this.wake());
    return row.id;
  }

  /** The row of an event, for an app that writes it in its own single statement and then calls `wake`. */
  row<N extends EventName>(event: N, body: EventBody<N>): OutboxRow {
    return outboxRow(this.service, event, body);
  }

  /**
   * Tells the relay that a row was committed. NOTIFY is not part of the writer's transaction, because PostgreSQL
   * commits notifying transactions one at a time; a notice lost here costs the relay's poll interval.
   */
  wake(): void {
    if (this.wakeRelay()) return;
    this.notice ??= setTimeout(() => {
      this.notice = undefined;
      const channel = outboxChannel(this.database.schema);
      this.database.query('select pg_notify($1, $2)', [channel, '']).catch(() => undefined);
    }, NOTIFY_MILLISECONDS).unref();
  }
}
