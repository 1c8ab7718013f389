import { Worker } from 'node:worker_threads';
import {
  placeOf,
  type SealingAnswer,
  type SealingJob,
  type SealingSetup,
  SLOT_BYTES,
  type SlotRecord,
} from './sealing-job.js';

/** 4 MiB on their way to the disk; what is beyond waits in the memory it came in. */
const SLOTS = 16;
/** Its heap holds nothing but the records being sealed: its collections are short, whatever the heap of the service. */
const HEAP_MIB = 32;

/** The compiled thread, also when this source is run by a transpiler from `src`. */
const WORKER = new URL('./sealing.worker.js', import.meta.url.replace(/\/src\/[^/]*$/, '/dist/'));

/** What is to be sealed under a number, slice after slice. */
export interface PlainRecord {
  readonly record: { readonly number: bigint; readonly length: number };
  readonly plain: readonly Buffer[];
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Seals and writes records in a thread of its own, beside the one that answers the PACS. Plain bytes reach it through slots
 * of shared memory that no reader is ever given. A thread that dies fails what it was given; the next record starts another.
 */
export class SealingThread {
  /** @internal */
  worker: Worker | undefined;
  private readonly slots = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  private readonly memory = Buffer.from(this.slots);
  private readonly free = Array.from({ length: SLOTS }, (_, slot) => slot);
  /** By slot. An array: see MemoryWindow on maps of what holds chunks. */
  private readonly pending: (Pending | undefined)[] = [];
  private busy = 0;
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  constructor(private readonly key: Uint8Array) {
    this.worker = this.start();
  }

  /** A slot for `write`, once there is one. */
  async slot(): Promise<number> {
    for (;;) {
      const slot = this.free.pop();
      if (slot !== undefined) return slot;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /**
   * Copies the records, SLOT_BYTES at most, into a slot of `slot()` and has them written at a place in the file. Resolves
   * once they are there; rejects when the disk, or the thread, failed. The file must stay open meanwhile.
   */
  async write(slot: number, fd: number, position: number, records: readonly PlainRecord[]): Promise<void> {
    if (this.closed) {
      this.release(slot);
      throw new Error('the spool is closed');
    }
    const job: SealingJob = { slot, fd, position, records: this.fill(slot, records) };
    await new Promise<void>((resolve, reject) => {
      this.pending[slot] = { resolve, reject };
      this.busy += 1;
      this.give(job);
    });
  }

  /** Ends the thread; what is not written yet is rejected. */
  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
  }

  private fill(slot: number, records: readonly PlainRecord[]): SlotRecord[] {
    let at = slot * SLOT_BYTES;
    return records.map(({ record: { number }, plain }) => {
      const parts: number[] = [];
      for (const part of plain) {
        const place = placeOf(part, at);
        part.copy(this.memory, place);
        parts.push(place, part.length);
        at = place + part.length;
      }
      return { number, parts };
    });
  }

  private give(job: SealingJob): void {
    this.worker ??= this.start();
    this.worker.ref();
    this.worker.postMessage(job, []);
  }

  private start(): Worker {
    const setup: SealingSetup = { slots: this.slots, key: this.key };
    const worker = new Worker(WORKER, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    worker.unref(); // without work it keeps no process alive
    worker.on('message', (answer: SealingAnswer) => this.answered(answer));
    // An error ends the thread: only then may its slots be used again.
    worker.on('error', () => undefined);
    worker.once('exit', () => this.died());
    return worker;
  }

  private answered({ slot, written }: SealingAnswer): void {
    const done = this.release(slot);
    if (written) done?.resolve();
    else done?.reject(new Error('the disk failed'));
    if (this.busy === 0) this.worker?.unref();
  }

  private died(): void {
    this.worker = undefined;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.pending[slot]) this.release(slot)?.reject(new Error('the thread died'));
    }
  }

  private release(slot: number): Pending | undefined {
    const pending = this.pending[slot];
    this.pending[slot] = undefined;
    if (pending) this.busy -= 1;
    this.free.push(slot);
    this.waiting.shift()?.();
    return pending;
  }
}
