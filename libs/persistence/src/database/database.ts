import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { isContention, mapSqlError } from './sql-errors.js';
import { Session } from './session.js';
import { forDriver, type Rows, rowsOf, type Sql, type Statement, Tx } from './tx.js';

export interface TransactionOptions {
  readonly isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
  /** How often to run the work again after a serialization failure or a deadlock; 0 by default. */
  readonly retries?: number;
}

/**
 * The one gateway to SQL. Unavailable storage is thrown as DrimError DRIM-105; other SQL errors pass as they are.
 * After a DRIM-105 on a commit its outcome is unknown: work must be safe to run again.
 */
export class Database implements Sql {
  constructor(
    private readonly source: DataSource,
    private readonly pool: Pool,
    /** Schema of the service, first in the search path. */
    readonly schema: string,
  ) {}

  /** Rows of one statement outside any transaction: one round trip, committed when it returns. */
  async query<T extends QueryResultRow>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    return (await this.run<T>({ text: sql, values: params })).rows;
  }

  /** The same with a prepared name and the number of rows: the fast path of a service that does all in one statement. */
  async run<T extends QueryResultRow>(statement: Statement): Promise<Rows<T>> {
    try {
      return rowsOf(await this.pool.query<T>(forDriver(statement)));
    } catch (error) {
      throw mapSqlError(error);
    }
  }

  /** Runs the work in a transaction; commits when it returns, rolls back when it throws. */
  async transaction<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.attempt(work, options);
      } catch (error) {
        if (!isContention(error) || attempt >= (options.retries ?? 0)) throw mapSqlError(error);
      }
    }
  }

  /** A connection of its own, outside the pool: LISTEN, advisory locks. The caller closes it. */
  openSession(): Promise<Session> {
    return Session.open(this.pool.options);
  }

  private async attempt<T>(work: (tx: Tx) => Promise<T>, { isolation }: TransactionOptions): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction(isolation);
      const tx = new Tx(client, runner.manager);
      const value = await work(tx);
      await runner.commitTransaction();
      tx.announceCommit();
      return value;
    } catch (error) {
      // The first error counts; a connection that is gone cannot roll back and does not need to.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}
