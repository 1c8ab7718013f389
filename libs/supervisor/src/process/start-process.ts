import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sizeOf, tailOf } from './log-file.js';
import { forgetGroup, guardGroup } from './orphan-guard.js';
import { killTree, signal } from './process-tree.js';
import { type ReadyCheck, type ReadyLine, readyProbe } from './ready.js';

export interface ProcessOptions {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to the environment of this process; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** stdout and stderr, appended. Its folder is made. */
  readonly logFile: string;
  /** Without it the process counts as ready at once. */
  readonly ready?: ReadyCheck;
  /** Default 15 s. */
  readonly readyTimeoutMs?: number;
  /** What asks the process to end: SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when `stop`, `kill9` or `restart` asked for it. */
  readonly expected: boolean;
}

const READY_TIMEOUT_MS = 15_000;
const STOP_GRACE_MS = 10_000;
const POLL_MS = 20;
/** Debian puts servers (nats-server, Orthanc) where an ordinary user's PATH does not look. */
const SYSTEM_PATH = ':/usr/sbin';

/** One run of the command: a child that leads its own process group. */
interface Run {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  stopping: boolean;
  ended: boolean;
}

/** A process this one started: stopped by its id with its whole group, and never left behind (see orphan-guard). */
export class ManagedProcess {
  /** The line by which the process said it was ready (`jsonLine`), else an empty object. */
  ready: ReadyLine = {};
  private run: Run;
  private readonly listeners: ((exit: ProcessExit) => void)[] = [];

  /** @internal use `startProcess` */
  constructor(private readonly options: ProcessOptions) {
    this.run = this.spawn();
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number {
    return this.run.pid;
  }

  get running(): boolean {
    return !this.run.ended;
  }

  /** Settles when the present run ends. */
  get exited(): Promise<ProcessExit> {
    return this.run.exited;
  }

  /** Called at the end of every run, expected or not. */
  onExit(listener: (exit: ProcessExit) => void): void {
    this.listeners.push(listener);
  }

  /** Asks the group to end, then kills what is left after `graceMs`. Does nothing when it has already ended. */
  async stop(graceMs = STOP_GRACE_MS): Promise<ProcessExit> {
    const { run } = this;
    run.stopping = true;
    if (!run.ended) signal(-run.pid, this.options.stopSignal ?? 'SIGTERM');
    const timer = setTimeout(() => signal(-run.pid, 'SIGKILL'), graceMs);
    try {
      return await run.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** SIGKILL to the process and all its descendants at once, whatever group they are in. */
  async kill9(): Promise<ProcessExit> {
    this.run.stopping = true;
    if (!this.run.ended) await killTree(this.run.pid);
    return this.run.exited;
  }

  /** Stops what still runs, starts the same command anew and waits until it is ready. */
  async restart(graceMs = STOP_GRACE_MS): Promise<void> {
    await this.stop(graceMs);
    this.run = this.spawn();
    await this.waitUntilReady();
  }

  /** @internal use `startProcess` */
  async waitUntilReady(): Promise<void> {
    const { ready, logFile, readyTimeoutMs = READY_TIMEOUT_MS, name } = this.options;
    if (ready === undefined) return;
    const probe = readyProbe(ready, logFile, this.logStart);
    const deadline = Date.now() + readyTimeoutMs;
    for (;;) {
      const answer = await probe();
      // A port may answer for a stranger: what has ended is not ready.
      if (this.run.ended) {
        const { code, signal: by } = await this.run.exited;
        throw new Error(`${name} ended before it was ready (${by ?? `exit ${code}`}): ${tailOf(logFile)}`);
      }
      if (answer !== undefined) {
        this.ready = answer;
        return;
      }
      if (Date.now() > deadline) {
        await this.kill9();
        throw new Error(`${name} was not ready after ${readyTimeoutMs} ms: ${tailOf(logFile)}`);
      }
      await delay(POLL_MS);
    }
  }

  private logStart = 0;

  private spawn(): Run {
    const { command, args = [], env = {}, cwd, logFile, name, stopSignal = 'SIGTERM' } = this.options;
    mkdirSync(dirname(logFile), { recursive: true });
    this.logStart = sizeOf(logFile);
    const log = openSync(logFile, 'a', 0o600);
    let child: ChildProcess;
    try {
      child = spawn(command, args, {
        cwd,
        env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}${SYSTEM_PATH}`, ...env },
        // The log is written by the child itself: no output is lost or delayed when this process is busy or gone.
        stdio: ['ignore', log, log],
        detached: true,
      });
    } finally {
      closeSync(log);
    }
    const { pid } = child;
    if (pid === undefined) {
      child.once('error', () => undefined);
      throw new Error(`${name} could not be started: is ${command} installed and executable?`);
    }
    guardGroup(pid, stopSignal);
    const exited = new Promise<ProcessExit>((resolve) => {
      child.once('exit', (code, by) => {
        run.ended = true;
        signal(-pid, 'SIGKILL'); // members of the group that outlived their leader
        forgetGroup(pid, stopSignal);
        const exit = { code, signal: by, expected: run.stopping };
        resolve(exit);
        for (const listener of this.listeners) listener(exit);
      });
    });
    const run: Run = { child, pid, exited, stopping: false, ended: false };
    return run;
  }
}

/** Starts a command and waits until it is ready. Throws one clear line, with the end of its log, when it is not. */
export async function startProcess(options: ProcessOptions): Promise<ManagedProcess> {
  const managed = new ManagedProcess(options);
  await managed.waitUntilReady();
  return managed;
}
