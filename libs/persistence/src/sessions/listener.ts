import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.js';

const RETRY_MILLISECONDS = 1_000;

/**
 * LISTEN that outlives the connection. `notified` is also called after each (re)connection, with an empty payload,
 * since what was said meanwhile is lost: a listener looks at the tables, the notice only says "now".
 */
export class Listener {
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly database: Database,
    private readonly channel: string,
    private readonly notified: (payload: string) => void,
  ) {
    this.done = this.follow();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const session = await this.database.openSession();
        const leave = (): void => void session.close();
        signal.addEventListener('abort', leave, { once: true });
        await session.listen(this.channel, this.notified);
        if (!signal.aborted) this.notified('');
        await session.closed;
        signal.removeEventListener('abort', leave);
      } catch {
        // The database's own health check says what is wrong; here we only come back.
      }
      await sleep(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }
}
