import { Audit } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import { Database, type Tx } from '@drimbox/persistence';
import { errorFields, Lifecycle, Logger } from '@drimbox/service';
import type { OnModuleInit, Provider } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Access, AccessEnd, RefusedAccess } from './access.js';
import { type Door, refusedAct, refusedEvent, servedAct, servedEvent } from './acts.js';

/** Where the journal of a door keeps what is open: `access_open`, and the processes that may hold some. */
export interface JournalOptions extends Door {
  readonly processTable: string;
}

const BEAT_MILLISECONDS = 5_000;
/** A process that was not seen for so long is dead; one that wakes later finds its rows gone and records nothing twice. */
const DEAD_SECONDS = 30;
const RETRY_MILLISECONDS = 1_000;
const ENDING_MILLISECONDS = 3_000;
const ENDING_STEP = 20;

/**
 * Exactly one record per access, even under crash. An access that is let through has a row, committed before its first
 * byte; its end deletes the row and writes record and event in one transaction, so whoever deletes it first records it:
 * the process that served it, or another once that one has died.
 */
export class AccessJournal implements OnModuleInit {
  private readonly owner = randomUUID();
  private readonly stopping = new AbortController();
  /** Opened here and not yet ended. */
  private readonly held = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    private readonly options: JournalOptions,
  ) {
    if (!/^[a-z_]+$/.test(options.processTable)) throw new RangeError('not the name of a table');
  }

  /** To be put among the providers of a module. */
  static of(options: JournalOptions): Provider {
    return {
      provide: AccessJournal,
      inject: [Database, Audit, Outbox, Lifecycle, Logger],
      useFactory: (database: Database, audit: Audit, outbox: Outbox, lifecycle: Lifecycle, logger: Logger) =>
        new AccessJournal(database, audit, outbox, lifecycle, logger, options),
    };
  }

  async onModuleInit(): Promise<void> {
    await this.beat();
    const beating = this.keepBeating();
    this.lifecycle.onDrain('bus', 'access journal', async () => {
      await this.allEnded();
      this.stopping.abort();
      await beating;
      // All is ended: the next process need not wait to take over.
      await this.database.query(`delete from ${this.options.processTable} where owner = $1`, [this.owner]);
    });
  }

  /** Call it, and wait, before the first byte. */
  async open(access: Access): Promise<void> {
    this.held.add(access.id);
    await this.database.run({
      name: 'access-open',
      text: 'insert into access_open (id, owner, facts) values ($1, $2, $3)',
      values: [access.id, this.owner, JSON.stringify(access)],
    });
  }

  /** Tried until it is written or the process ends; then another process writes it as interrupted. */
  async close(access: Access, end: AccessEnd): Promise<void> {
    for (;;) {
      try {
        await this.database.transaction((tx) => this.end(tx, access, end));
        this.held.delete(access.id);
        return;
      } catch (error) {
        this.logger.error('access.not-recorded', { ...errorFields(error), pacsLink: access.pacsLink });
      }
      if (this.stopping.signal.aborted) return;
      await sleep(RETRY_MILLISECONDS);
    }
  }

  /** @param count how many refusals alike this one stands for. */
  async refuse(refused: RefusedAccess, count = 1): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.audit.record(tx, refusedAct(this.options, refused, count));
      await this.outbox.add(tx, 'image.refused', refusedEvent(this.options, refused));
    });
  }

  private async end(tx: Tx, access: Access, end: AccessEnd, words?: string): Promise<void> {
    const { count } = await tx.run({
      name: 'access-end',
      text: 'delete from access_open where id = $1',
      values: [access.id],
    });
    if (count === 0) return;
    await this.audit.record(tx, servedAct(this.options, access, end, words));
    await this.outbox.add(tx, 'image.served', servedEvent(this.options, access, end));
  }

  /** What was cut by the stop is still being recorded: given a moment, nothing is left to the next process. */
  private async allEnded(): Promise<void> {
    for (let waited = 0; this.held.size > 0 && waited < ENDING_MILLISECONDS; waited += ENDING_STEP)
      await sleep(ENDING_STEP);
  }

  private async keepBeating(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(BEAT_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.beat().catch((error: unknown) => this.logger.warn('access.beat-missed', errorFields(error)));
    }
  }

  /** Says that this process lives, and ends what dead ones left open. */
  private async beat(): Promise<void> {
    await this.database.query(
      `insert into ${this.options.processTable} (owner) values ($1) on conflict (owner) do update set seen_at = now()`,
      [this.owner],
    );
    const left = await this.database.query<{ facts: Access; milliseconds: number }>(
      `select facts, extract(epoch from now() - opened_at)::float8 * 1000 as milliseconds from access_open
        where owner <> $1 and not exists (select 1 from ${this.options.processTable} as process
          where process.owner = access_open.owner and seen_at > now() - $2 * interval '1 second')
        limit 500`,
      [this.owner, DEAD_SECONDS],
    );
    for (const { facts, milliseconds } of left) {
      const end: AccessEnd = { outcome: 'failed', code: 'DRIM-100', objects: [], bytes: 0, milliseconds };
      try {
        await this.database.transaction((tx) => this.end(tx, facts, end, 'interrupted: the service stopped meanwhile'));
      } catch (error) {
        // One that cannot be written does not keep the others open.
        this.logger.error('access.not-recorded', { ...errorFields(error), pacsLink: facts.pacsLink });
      }
    }
    await this.database.query(`delete from ${this.options.processTable} where seen_at < now() - interval '1 day'`);
  }
}
