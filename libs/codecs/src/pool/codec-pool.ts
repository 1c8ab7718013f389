import { Worker } from 'node:worker_threads';
import { CodecError } from '../codec-error.js';
import type { FrameJob, FrameResult, WorkerAnswer, WorkerSetup } from './messages.js';

export interface CodecPoolOptions {
  /** Threads at most; they are started when there is work. */
  readonly threads: number;
  /** Frames that may wait beyond those being coded; one more is a CodecError `busy`. Default 16 for each thread. */
  readonly maxQueue?: number;
  /** Longest time for one frame; past it its thread is ended. Default 30 s. */
  readonly jobTimeoutMs?: number;
  /** Largest frame, decoded or not. Default 256 MiB. */
  readonly maxFrameBytes?: number;
  /** Bound of the memory of one codec in one thread. Default 1 GiB. */
  readonly maxWasmBytes?: number;
}

interface Waiting {
  readonly job: FrameJob;
  readonly resolve: (result: FrameResult) => void;
  readonly reject: (error: CodecError) => void;
}

interface Thread {
  readonly worker: Worker;
  current: (Waiting & { readonly timer: NodeJS.Timeout }) | undefined;
}

const MIB = 1024 * 1024;
/** Beside WASM, threads hold a frame twice at most; what is beyond that is a fault. */
const HEAP_MIB = 512;

/** The compiled thread, also when this source is run by a transpiler from `src`. */
const WORKER = new URL('./worker.js', import.meta.url.replace(/\/src\/pool\/[^/]*$/, '/dist/pool/'));

/**
 * Codes frames in threads, never in the caller's. A thread that dies, is stuck, or whose codec trapped, is replaced; its frame fails
 * alone, by a CodecError. Frames are begun in the order they come.
 */
export class CodecPool {
  readonly threads: number;
  readonly maxFrameBytes: number;
  private readonly maxQueue: number;
  private readonly timeout: number;
  private readonly setup: WorkerSetup;
  private readonly all = new Set<Thread>();
  private readonly queue: Waiting[] = [];
  private closed = false;

  constructor(options: CodecPoolOptions) {
    if (!Number.isInteger(options.threads) || options.threads < 1) throw new RangeError('one thread at least');
    this.threads = options.threads;
    this.maxQueue = options.maxQueue ?? 16 * options.threads;
    this.timeout = options.jobTimeoutMs ?? 30_000;
    this.maxFrameBytes = options.maxFrameBytes ?? 256 * MIB;
    this.setup = { maxWasmBytes: options.maxWasmBytes ?? 1024 * MIB };
  }

  /** Frames waiting and being coded. */
  get load(): { readonly queued: number; readonly running: number } {
    return { queued: this.queue.length, running: [...this.all].filter(({ current }) => current).length };
  }

  /** Codes one frame. `job.bytes` may be unusable afterwards: its memory goes to the thread. Rejects with CodecError. */
  transcode(job: FrameJob): Promise<FrameResult> {
    return new Promise((resolve, reject) => {
      const refused = this.refusal(job);
      if (refused) {
        reject(refused);
        return;
      }
      this.queue.push({ job, resolve, reject });
      this.dispatch();
    });
  }

  /** Ends every thread; frames not done fail as `stopped`. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { reject } of this.queue.splice(0)) reject(new CodecError('stopped', 'the pool is closed'));
    await Promise.all([...this.all].map((thread) => this.end(thread, new CodecError('stopped', 'the pool is closed'))));
  }

  private refusal({ bytes, image }: FrameJob): CodecError | undefined {
    if (this.closed) return new CodecError('stopped', 'the pool is closed');
    if (this.queue.length >= this.maxQueue) return new CodecError('busy', 'too many frames wait');
    const decoded = image.rows * image.columns * image.samples * Math.ceil(image.bitsAllocated / 8);
    if (decoded > this.maxFrameBytes || bytes.length > this.maxFrameBytes)
      return new CodecError('limit', 'frame too large');
    return undefined;
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const idle = [...this.all].find(({ current }) => !current);
      const thread = idle ?? (this.all.size < this.threads ? this.start() : undefined);
      const next = thread && this.queue.shift();
      if (!thread || !next) return;
      this.give(thread, next);
    }
  }

  private give(thread: Thread, waiting: Waiting): void {
    const timer = setTimeout(
      () => void this.end(thread, new CodecError('timeout', 'frame took too long')),
      this.timeout,
    );
    thread.current = { ...waiting, timer };
    thread.worker.ref();
    const { bytes } = waiting.job;
    const whole = bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.length ? [bytes.buffer] : [];
    thread.worker.postMessage(waiting.job, whole);
  }

  private start(): Thread {
    const worker = new Worker(WORKER, { workerData: this.setup, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    const thread: Thread = { worker, current: undefined };
    this.all.add(thread);
    worker.on('message', (answer: WorkerAnswer) => this.answered(thread, answer));
    // An error ends the thread; so does an exit that nobody asked for.
    worker.on('error', () => void this.end(thread, new CodecError('crashed', 'the thread died')));
    worker.on('exit', () => void this.end(thread, new CodecError('crashed', 'the thread ended')));
    return thread;
  }

  private answered(thread: Thread, answer: WorkerAnswer): void {
    if (!answer.ok && answer.broken) {
      void this.end(thread, new CodecError(answer.kind, answer.reason));
      return;
    }
    const done = this.release(thread);
    if (answer.ok) done?.resolve(answer.result);
    else done?.reject(new CodecError(answer.kind, answer.reason));
    // Threads without work let the process end.
    thread.worker.unref();
    this.dispatch();
  }

  private async end(thread: Thread, error: CodecError): Promise<void> {
    if (!this.all.delete(thread)) return;
    this.release(thread)?.reject(error);
    await thread.worker.terminate();
    if (!this.closed) this.dispatch();
  }

  private release(thread: Thread): Waiting | undefined {
    const { current } = thread;
    if (current) clearTimeout(current.timer);
    thread.current = undefined;
    return current;
  }
}
