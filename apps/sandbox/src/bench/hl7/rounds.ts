import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../common/cpu-seconds.js';
import type { Case, MeasuredRound } from './figures.js';
import type { IngestAlone } from './ingest-alone.js';
import type { LoadProcess } from './load-process.js';
import type { RoundOrder } from './load.js';
import { PEER_TABLE } from './senders.js';

const SCHEMA = 'hl7_ingest';
const DRAIN_POLL_MS = 50;
const DRAIN_LIMIT_MS = 60_000;

/** Runs one round of either side on the same server, from the same empty tables, and checks that what was answered is there. */
export class Rounds {
  private next: number;

  private constructor(
    private readonly ingest: IngestAlone,
    private readonly load: LoadProcess,
    /** The server's durability, as it says itself. */
    readonly settings: string,
    /** Seed of the run: the random number of its first message. */
    readonly firstNumber: number,
  ) {
    this.next = firstNumber;
  }

  /** @throws when a commit could be lost: the figures would be worth nothing. */
  static async prepare(ingest: IngestAlone, load: LoadProcess): Promise<Rounds> {
    const { server } = ingest.database;
    await server.sql(PEER_TABLE);
    const settings = await server.sql(
      `select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
        where name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
    );
    if (settings !== 'fsync=on full_page_writes=on synchronous_commit=on') throw new Error(`not durable: ${settings}`);
    return new Rounds(ingest, load, settings, randomInt(50_000_000));
  }

  async peer(each: Case, seconds: number): Promise<MeasuredRound> {
    const url = this.ingest.database.server.superuserUrl;
    const round = await this.run({ ...each, seconds, target: { kind: 'postgres', url } });
    await this.mustHold('bench_message', round.answered);
    return round;
  }

  async ours(each: Case, seconds: number): Promise<MeasuredRound> {
    const round = await this.run({ ...each, seconds, target: { kind: 'mllp', port: this.ingest.port } });
    await this.mustHold(`${SCHEMA}.reception where verdict = 'AA' and outcome = 'accepted'`, round.answered);
    await this.mustHold(`${SCHEMA}.report`, round.answered);
    return round;
  }

  private async run(order: Omit<RoundOrder, 'first'>): Promise<MeasuredRound> {
    await this.empty();
    const before = this.cpu();
    const result = await this.load.run({ ...order, first: this.next });
    const after = this.cpu();
    const unsent = await this.unsent();
    this.next += result.answered;
    const cpu = Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));
    return { ...result, cpu, unsent };
  }

  private cpu(): Record<string, number> {
    const { database, broker, service } = this.ingest;
    return {
      'hl7-ingest': cpuSeconds(service.pid),
      PostgreSQL: cpuSeconds(database.server.process.pid),
      nats: cpuSeconds(broker.server.process.pid),
      load: cpuSeconds(this.load.pid),
    };
  }

  /** Every round starts from the same state: nothing to send, nothing stored, nothing to be flushed. */
  private async empty(): Promise<void> {
    const { server } = this.ingest.database;
    const until = Date.now() + DRAIN_LIMIT_MS;
    while ((await this.unsent()) > 0) {
      if (Date.now() > until) throw new Error(`events still wait for the broker after ${DRAIN_LIMIT_MS} ms`);
      await sleep(DRAIN_POLL_MS);
    }
    const tables = ['reception', 'report', 'outbox', 'audit_outbox'].map((name) => `${SCHEMA}.${name}`);
    await server.sql(`truncate bench_message, ${tables.join(', ')}; checkpoint;`);
  }

  private async unsent(): Promise<number> {
    return Number(
      await this.ingest.database.server.sql(
        `select count(*) from ${SCHEMA}.outbox where sent_at is null and event = 'report.received'`,
      ),
    );
  }

  private async mustHold(rows: string, count: number): Promise<void> {
    const held = Number(await this.ingest.database.server.sql(`select count(*) from ${rows}`));
    if (held !== count) throw new Error(`${count} messages were answered, ${rows} holds ${held}`);
  }
}
