import { failed, type PeerFailure, type Result, success } from '../peer-failure.js';

/** What a peer sent, waiting to be taken by one reader at a time; after an end only the failure is left. */
export class Mailbox<T> {
  private readonly waiting: T[] = [];
  private failure: PeerFailure | undefined;
  private taker: (() => void) | undefined;

  get length(): number {
    return this.waiting.length;
  }

  put(item: T): void {
    this.waiting.push(item);
    this.taker?.();
  }

  end(failure: PeerFailure): void {
    this.failure ??= failure;
    this.taker?.();
  }

  /** The next item; `timeout` after `limit` ms, `cancelled` when the signal aborts. Items received before an end come first. */
  async take(limit: number, signal?: AbortSignal): Promise<Result<T>> {
    if (signal?.aborted) return failed('cancelled', 'cancelled');
    if (this.waiting.length === 0 && !this.failure) {
      const stopped = await this.wait(limit, signal);
      if (stopped) return { ok: false, failure: stopped };
    }
    const item = this.waiting.shift();
    if (item !== undefined) return success(item);
    return { ok: false, failure: this.failure ?? { kind: 'timeout', detail: 'nothing received' } };
  }

  private wait(limit: number, signal?: AbortSignal): Promise<PeerFailure | undefined> {
    return new Promise((resolve) => {
      const settle = (failure?: PeerFailure): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.taker = undefined;
        resolve(failure);
      };
      const onAbort = (): void => settle({ kind: 'cancelled', detail: 'cancelled' });
      const timer = setTimeout(() => settle({ kind: 'timeout', detail: `no answer within ${limit} ms` }), limit);
      signal?.addEventListener('abort', onAbort);
      this.taker = () => settle();
    });
  }
}
