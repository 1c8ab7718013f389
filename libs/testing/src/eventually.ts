import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Repeats `check` until it neither throws nor returns false, and returns its value; after `ms` (default 10 s) throws what it threw last.
 */
export async function eventually<T>(check: () => T | Promise<T>, ms = 10_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    let failure: unknown;
    try {
      const value = await check();
      if (value !== false) return value;
      failure = new Error(`still false after ${ms} ms`);
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) throw failure;
    await delay(POLL_MS);
  }
}
