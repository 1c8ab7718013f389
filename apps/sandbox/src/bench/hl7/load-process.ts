import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RoundOrder, RoundResult } from './load.js';

const MAIN = fileURLToPath(new URL('./load.main.js', import.meta.url));

type Told = { readonly result: RoundResult } | { readonly error: string };

/** The load generator's process. It ends when this one does: its channel closes. */
export class LoadProcess {
  private constructor(private readonly child: ChildProcess) {}

  static start(): LoadProcess {
    return new LoadProcess(fork(MAIN, [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @throws when a message was not answered as it should be. */
  async run(order: RoundOrder): Promise<RoundResult> {
    this.child.send(order);
    const waiting = new AbortController();
    const [told] = (await Promise.race([
      once(this.child, 'message', { signal: waiting.signal }),
      once(this.child, 'exit', { signal: waiting.signal }).then(() => [{ error: 'the load process ended' }]),
    ])) as [Told];
    // The loser of the race would stay behind as a listener.
    waiting.abort();
    if ('error' in told) throw new Error(told.error);
    return told.result;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }
}
