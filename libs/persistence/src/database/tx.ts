import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import type { EntityManager } from 'typeorm';

/** One statement; give a `name` to have the server prepare it once per connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Rows<T> {
  readonly rows: T[];
  /** Rows read or touched by the statement. */
  readonly count: number;
}

/** What runs SQL: a transaction or the pool. */
export interface Sql {
  query<T extends QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  run<T extends QueryResultRow>(statement: Statement): Promise<Rows<T>>;
}

/** A transaction in progress; nothing of it is seen by others, and nothing outside happens, until it has committed. */
export class Tx implements Sql {
  private readonly committed: (() => void)[] = [];

  constructor(
    private readonly client: PoolClient,
    /** TypeORM's view of the same transaction, for an app that maps entities. */
    readonly manager: EntityManager,
  ) {}

  async query<T extends QueryResultRow>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    return (await this.client.query<T>(sql, [...params])).rows;
  }

  async run<T extends QueryResultRow>(statement: Statement): Promise<Rows<T>> {
    return rowsOf(await this.client.query<T>(forDriver(statement)));
  }

  /** Runs after the commit, never after a rollback: waking a relay, telling a listener. It must not throw. */
  afterCommit(work: () => void): void {
    this.committed.push(work);
  }

  /** For `Database` only. */
  announceCommit(): void {
    for (const work of this.committed) work();
  }
}

export const forDriver = ({ name, text, values }: Statement): { name?: string; text: string; values: unknown[] } => ({
  ...(name !== undefined && { name }),
  text,
  values: [...(values ?? [])],
});

export const rowsOf = <T extends QueryResultRow>(result: QueryResult<T>): Rows<T> => ({
  rows: result.rows,
  count: result.rowCount ?? 0,
});
