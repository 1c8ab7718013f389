import { samePrefix } from './piece.js';
import type { Owner } from './quota.js';
import { ReaderOfSeries } from './reader.js';
import { DroppingWriter, StoringWriter } from './object-writers.js';
import type { ObjectWriter, SeriesReader, SeriesWriter, SpooledObject } from './spool-contract.js';
import type { Slices } from './slices.js';
import type { SpoolRecord } from './spool-record.js';
import type { SeriesStore } from './series-store.js';
import { StoredObject } from './stored-object.js';

/** A series in the spool; see `SeriesWriter` for its promises. */
export class SpooledSeries<I, O> implements SeriesWriter<I, O> {
  /** @internal In the order in which they began. */
  readonly stored: StoredObject<I>[] = [];
  /** The arrivals of each object: one, unless it broke off and came again. */
  private readonly arrivals = new Map<string, StoredObject<I>[]>();
  /** Bytes taken from the quota and not given back. */
  bytes = 0;
  /** @internal Some of it has been freed: nobody can begin to read it any more. */
  trimmed = false;
  /** @internal For the spool: which series was read last. */
  lastRead = 0;
  private outcome: { readonly value: O } | undefined;
  private failed = false;
  /** @internal The spool is closed. */
  isDead = false;
  /** @internal Counts the wakes, so that none is missed. */
  changes = 0;
  private removed = false;
  private readonly open = new Set<ReaderOfSeries<I, O>>();
  private readonly waiting = new Set<() => void>();
  private readonly drains = new Set<() => void>();
  private readonly readersListeners: ((readers: number) => void)[] = [];

  /** @internal Use Spool.create. */
  constructor(
    readonly key: string,
    readonly owner: Owner,
    private readonly store: SeriesStore,
  ) {}

  get readers(): number {
    return this.open.size;
  }

  /** The outcome, once settled. */
  get settled(): O | undefined {
    return this.outcome?.value;
  }

  get shortOf(): 'disk' | 'budget' | undefined {
    if (this.failed && !this.isDead) return 'disk';
    return this.store.lacksRoom(this) ? 'budget' : undefined;
  }

  /** @internal */
  get isSettled(): boolean {
    return this.outcome !== undefined;
  }

  /** For introspection. */
  get objects(): readonly { readonly object: SpooledObject<I>; readonly length: number; readonly state: string }[] {
    return this.stored.map(({ object, length, state }) => ({ object, length, state }));
  }

  begin(object: SpooledObject<I>): ObjectWriter {
    const same = this.arrivals.get(object.id) ?? [];
    const kept = !this.isSettled && !this.removed && same.every(({ state }) => state === 'broken');
    const stored = new StoredObject<I>(object);
    if (!kept) return new DroppingWriter();
    this.stored.push(stored);
    this.arrivals.set(object.id, [...same, stored]);
    this.wake();
    return new StoringWriter(this, stored, same);
  }

  settle(outcome: O): void {
    if (this.outcome) return;
    for (const stored of this.stored) if (stored.state === 'arriving') this.end(stored, 'broken');
    this.outcome = { value: outcome };
    this.drained();
    this.wake();
    this.freeWhenUnused();
    this.store.readersChanged(this);
  }

  onReaders(listener: (readers: number) => void): void {
    this.readersListeners.push(listener);
  }

  /** A reader from the first byte. RangeError when some of it has been freed already. */
  reader(): SeriesReader<I, O> {
    if (this.trimmed) throw new RangeError('a series that is being freed cannot be read from its first byte');
    const reader = new ReaderOfSeries<I, O>(this, this.store);
    this.open.add(reader);
    this.countReaders();
    return reader;
  }

  /** Forgotten at once; readers under way go on to the end, and its room is free once the last has left. */
  remove(): void {
    this.removed = true;
    this.store.forget(this);
    this.drained();
    this.freeWhenUnused();
  }

  /** @internal False once the bytes cannot be kept. */
  write(stored: StoredObject<I>, bytes: Buffer): boolean {
    if (stored.state !== 'arriving' || this.failed) return true;
    stored.append(bytes, (from, plain) => this.keep(stored, from, plain));
    this.bytes += bytes.length;
    this.store.took(this, bytes.length);
    this.wake();
    return this.store.hasRoom(this);
  }

  /** @internal */
  end(stored: StoredObject<I>, state: 'whole' | 'broken'): boolean {
    if (stored.state !== 'arriving') return false;
    if (!this.failed) stored.seal((from, plain) => this.keep(stored, from, plain));
    stored.state = this.failed ? 'broken' : state;
    this.wake();
    return stored.state === 'whole';
  }

  /** @internal The disk failed: what was on its way is broken off. */
  fail(): void {
    this.failed = true;
    for (const stored of this.stored) {
      if (stored.state !== 'arriving') continue;
      stored.state = 'broken';
      const lost = stored.discard();
      this.bytes -= lost;
      this.store.gave(this, lost);
    }
    this.drained();
    this.wake();
  }

  /** @internal The spool is closed: readers end where they are. */
  die(): void {
    this.isDead = true;
    this.fail();
  }

  /** @internal Called at each `onDrain` of its objects. */
  onDrain(listener: () => void): void {
    this.drains.add(listener);
  }

  /** @internal */
  offDrain(listener: () => void): void {
    this.drains.delete(listener);
  }

  /** @internal Writing may go on. */
  drained(): void {
    for (const listener of Array.from(this.drains)) listener();
  }

  /** @internal Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  /** @internal */
  wake(): void {
    this.changes += 1;
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** @internal */
  left(reader: ReaderOfSeries<I, O>): void {
    if (!this.open.delete(reader)) return;
    this.countReaders();
    this.freeWhenUnused();
  }

  /** @internal Frees the records that every reader has passed; the number of bytes. */
  trim(): number {
    if (this.open.size === 0) return 0;
    const positions = [...this.open].map((reader) => reader.position);
    let freed = 0;
    for (const [index, stored] of this.stored.entries()) {
      const passed = positions.every(({ object }) => object > index)
        ? stored.length
        : Math.min(...positions.map((at) => (at.object > index ? stored.length : at.object === index ? at.offset : 0)));
      // A reader that waits in a broken object needs all of it, to be compared with its next arrival.
      if (passed === stored.length || stored.state !== 'broken') freed += this.freeUpTo(stored, passed);
      if (positions.some(({ object }) => object <= index)) break;
    }
    if (freed > 0) {
      this.trimmed = true;
      this.store.forget(this);
    }
    return freed;
  }

  /** @internal Once an object that comes again has repeated what is stored of it, its readers go on in the new one. */
  resume(earlier: readonly StoredObject<I>[], later: StoredObject<I>): void {
    for (const stored of earlier) {
      if (stored.length > later.length || stored.comparing || stored.continuedBy) continue;
      stored.comparing = true;
      void samePrefix(stored, later, stored.length, (record) => this.store.bytesOf(record))
        .catch(() => false)
        .then((same) => {
          stored.comparing = false;
          if (same) stored.continuedBy = later;
          else stored.contradicted = true;
          this.wake();
        });
    }
  }

  private keep(stored: StoredObject<I>, from: number, plain: Slices): void {
    stored.records.push(this.store.keep(this, from, plain));
  }

  private freeUpTo(stored: StoredObject<I>, passed: number): number {
    let freed = 0;
    for (const [index, record] of stored.records.entries()) {
      if (!record) continue;
      if (record.from + record.length > passed) break;
      stored.records[index] = undefined;
      freed += record.length;
      this.give(record);
    }
    return freed;
  }

  private give(record: SpoolRecord): void {
    this.bytes -= record.length;
    this.store.release(this, record);
  }

  private freeWhenUnused(): void {
    const gone = this.removed || (this.trimmed && this.isSettled);
    if (!gone || this.open.size > 0) return;
    for (const stored of this.stored) {
      if (stored.state === 'arriving') this.end(stored, 'broken');
      this.freeUpTo(stored, Infinity);
    }
    this.store.freed(this);
  }

  private countReaders(): void {
    for (const listener of this.readersListeners) listener(this.open.size);
    this.store.readersChanged(this);
  }
}
