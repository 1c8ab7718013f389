import pg, { type PoolOptions, type QueryResultRow } from 'pg';
import { mapSqlError } from './sql-errors.js';

/** One connection held for its own sake. `closed` resolves when it ends, by us or by the server. */
export class Session {
  readonly closed: Promise<void>;
  private ended = false;

  private constructor(private readonly client: pg.Client) {
    this.closed = new Promise((resolve) => client.once('end', resolve));
    // Without a listener a cut connection would end the process; `closed` tells of it.
    client.on('error', () => void this.close());
  }

  static async open(options: PoolOptions): Promise<Session> {
    // LISTEN and locks wait by nature: what bounds a statement of the pool does not apply here.
    const client = new pg.Client({ ...options, keepAlive: true, statement_timeout: 0 });
    const session = new Session(client);
    try {
      await client.connect();
      return session;
    } catch (error) {
      await session.close();
      throw mapSqlError(error);
    }
  }

  get open(): boolean {
    return !this.ended;
  }

  async query<T extends QueryResultRow>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    try {
      return (await this.client.query<T>(sql, [...params])).rows;
    } catch (error) {
      throw mapSqlError(error);
    }
  }

  /** @param channel a plain identifier. */
  async listen(channel: string, notified: (payload: string) => void): Promise<void> {
    this.client.on('notification', (message) => {
      if (message.channel === channel) notified(message.payload ?? '');
    });
    await this.query(`listen ${this.client.escapeIdentifier(channel)}`);
  }

  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.client.end().catch(() => undefined);
  }
}
