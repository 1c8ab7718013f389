import { type Database, LOCK_CLASS, type Session } from '@drimbox/persistence';
import { errorFields, type Logger } from '@drimbox/service';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPUBLISH_MILLISECONDS } from '../transport/topology.js';
import type { EventTransport } from '../transport/transport.js';
import { outboxChannel } from './outbox.js';
import { type Backlog, type OutboxRepository, type UnsentRow } from './outbox.repository.js';

export interface RelayOptions {
  /** Days a sent row is kept. */
  readonly keepDays: number;
  /** Poll interval, for a notice that was lost. */
  readonly pollMilliseconds?: number;
}

const POLL_MILLISECONDS = 1_000;
/** How often the store is looked at while nothing happens. */
const STORE_CHECK_MILLISECONDS = 5_000;
const PURGE_MILLISECONDS = 10 * 60_000;
/** How often the backlog is counted and the session proved alive. */
const LOOK_MILLISECONDS = 2_000;
/** Rows of each event sent at once. */
const BATCH = 200;
/** Between two batches: under load fewer and larger ones leave the database to the receptions. */
const GATHER_MILLISECONDS = 10;

/**
 * Sends what the outbox holds, one relay per service at a time (advisory lock), in order of writing for each event.
 * A row is marked sent after the broker stored it: a crash in between sends it again under the same id.
 */
export class OutboxRelay {
  private readonly stopping = new AbortController();
  private leading = false;
  private awake: (() => void) | undefined;
  private wakes = 0;
  private connections = 0;
  private lastBacklog: Backlog | undefined;
  private purged = 0;
  private done: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly repository: OutboxRepository,
    private readonly transport: EventTransport,
    private readonly logger: Logger,
    private readonly options: RelayOptions,
  ) {
    transport.onConnect(() => {
      this.connections++;
      this.wake();
    });
  }

  start(): void {
    this.done ??= this.run();
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.done;
  }

  /** Has rows to look at; says whether this relay is the one that sends. */
  wake(): boolean {
    this.wakes++;
    this.awake?.();
    return this.leading;
  }

  /** What waits to be sent, as the leading relay last saw it. */
  get backlog(): Backlog | undefined {
    return this.leading ? this.lastBacklog : undefined;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let session: Session | undefined;
      try {
        session = await this.database.openSession();
        await this.lead(session);
      } catch (error) {
        this.logger.warn('relay.interrupted', errorFields(error));
      } finally {
        this.leading = false;
        await session?.close();
      }
      await this.pause();
    }
  }

  /** Leads for as long as the session that holds the lock lives. */
  private async lead(session: Session): Promise<void> {
    const { signal } = this.stopping;
    while (!(await tryLock(session, this.database.schema))) {
      await this.pause();
      if (signal.aborted) return;
    }
    this.leading = true;
    this.logger.info('relay.leading');
    await session.listen(outboxChannel(this.database.schema), () => this.wake());
    const turn = new RelayTurn(this.repository, this.transport, this.logger);
    let looked = 0;
    while (!signal.aborted && session.open) {
      const wakes = this.wakes;
      const sent = await turn.send(this.connections);
      if (Date.now() - looked > LOOK_MILLISECONDS) {
        looked = Date.now();
        await this.look(session);
      }
      if (sent > 0) await sleep(GATHER_MILLISECONDS);
      else if (this.wakes === wakes) await this.pause();
    }
  }

  private async look(session: Session): Promise<void> {
    // The lock lives as long as its connection, which nothing else would prove alive.
    await session.query('select 1');
    this.lastBacklog = await this.repository.backlog();
    if (Date.now() - this.purged < PURGE_MILLISECONDS) return;
    await this.repository.purge(this.options.keepDays);
    this.purged = Date.now();
  }

  /** Until woken, or the poll interval. */
  private async pause(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const poll = new AbortController();
    const woken = new Promise<void>((resolve) => (this.awake = resolve));
    await Promise.race([
      woken,
      sleep(this.options.pollMilliseconds ?? POLL_MILLISECONDS, undefined, { signal: poll.signal }).catch(
        () => undefined,
      ),
    ]);
    poll.abort();
    this.awake = undefined;
  }
}

/** What one leader does over and over, and what it remembers of the broker meanwhile. */
class RelayTurn {
  /** A new leader cannot know what the broker lost before it: its first turn counts as a connection. */
  private connection = -1;
  private checked = 0;

  constructor(
    private readonly repository: OutboxRepository,
    private readonly transport: EventTransport,
    private readonly logger: Logger,
  ) {}

  /** @returns how many events were sent; 0 also when the broker cannot take any. */
  async send(connection: number): Promise<number> {
    if (!this.transport.connected || !(await this.storeIsThere(connection))) return 0;
    return this.sendBatch(await this.repository.unsent(BATCH));
  }

  private async storeIsThere(connection: number): Promise<boolean> {
    const reconnected = connection !== this.connection;
    if (!reconnected && Date.now() - this.checked < STORE_CHECK_MILLISECONDS) return true;
    const created = await this.transport.storeCreated();
    if (!created) return false;
    const all = await this.repository.adoptStore(created);
    if (all !== undefined) this.logger.info('relay.new-store', { count: all });
    else if (reconnected) {
      const count = await this.repository.unsendSince(REPUBLISH_MILLISECONDS);
      this.logger.info('relay.republishing', { count });
    }
    this.connection = connection;
    this.checked = Date.now();
    return true;
  }

  private async sendBatch(rows: readonly UnsentRow[]): Promise<number> {
    if (rows.length === 0) return 0;
    const results = await Promise.allSettled(rows.map((row) => this.transport.publish(row)));
    const sent = rows.filter((_, index) => results[index]?.status === 'fulfilled').map(({ position }) => position);
    if (sent.length > 0) await this.repository.markSent(sent);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      this.checked = 0;
      this.logger.warn('relay.refused', { ...errorFields(failed.reason), count: rows.length - sent.length });
      // Nothing counts as progress, so that the next try waits for the poll interval.
      return 0;
    }
    return sent.length;
  }
}

async function tryLock(session: Session, schema: string): Promise<boolean> {
  const [row] = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as locked', [
    LOCK_CLASS,
    `relay:${schema}`,
  ]);
  return row?.locked === true;
}
