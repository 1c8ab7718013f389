import { Pace } from './pace.js';
import { pieceAt } from './piece.js';
import type { SeriesReader, Spooled } from './spool-contract.js';
import type { SeriesStore } from './series-store.js';
import type { SpooledSeries } from './spooled-series.js';
import type { StoredObject } from './stored-object.js';

/** Bytes given together. A reader that is slow holds no more than these. */
const BATCH_BYTES = 256 * 1024;

/** Undefined: nothing yet. A promise: it is being read back from disk. */
type Next<I, O> = Spooled<I, O> | Promise<Spooled<I, O>> | undefined;

/** One reader of a series: where it stands, and what comes next. */
export class ReaderOfSeries<I, O> implements SeriesReader<I, O> {
  /** Index of the object it stands at. */
  private index = 0;
  /** The object whose bytes it is being given, itself or its later arrival; undefined between two. */
  private current: StoredObject<I> | undefined;
  private offset = 0;
  /** Later arrivals that it has been given as the end of an earlier one. */
  private readonly given = new Set<StoredObject<I>>();
  /** Read back from disk while the reader had other things to take. */
  private awaited: Next<I, O>;
  private readonly pace: Pace;
  private readonly cutting = new AbortController();
  private readonly watch: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly series: SpooledSeries<I, O>,
    private readonly store: SeriesStore,
    private readonly choice: { wanted(info: I): number },
  ) {
    const { floor } = store;
    this.pace = new Pace(floor);
    if (floor.bytesPerSecond > 0) {
      this.watch = setInterval(() => this.judge(), floor.graceMilliseconds / 4).unref();
    }
  }

  get cut(): AbortSignal {
    return this.cutting.signal;
  }

  /** What is before it can be freed when every reader has passed it. */
  get position(): { readonly object: number; readonly offset: number } {
    return { object: this.index, offset: this.offset };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.watch);
    this.series.left(this);
    this.series.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Spooled<I, O>[], void> {
    try {
      while (!this.closed) {
        const { changes } = this.series;
        const items = await this.atHand();
        if (items.length === 0) {
          if (changes === this.series.changes) await this.series.changed();
          continue;
        }
        this.store.passed(this.series);
        this.pace.gave(lengthOf(items), performance.now());
        yield items;
        this.pace.asked(performance.now());
        if (isLast(items.at(-1))) return;
      }
      if (this.cut.aborted) yield [{ type: 'cut' }];
    } finally {
      this.close();
    }
  }

  /** What can be given now, in memory without waiting; what has to be read back from disk comes alone. */
  private async atHand(): Promise<readonly Spooled<I, O>[]> {
    const items: Spooled<I, O>[] = [];
    for (let bytes = 0; bytes < BATCH_BYTES;) {
      const next = this.awaited ?? this.next();
      this.awaited = undefined;
      if (!next) break;
      if (next instanceof Promise) {
        if (items.length === 0) return [await next];
        this.awaited = next; // read meanwhile
        break;
      }
      items.push(next);
      if (isLast(next)) break;
      if (next.type === 'bytes') bytes += next.bytes.length;
    }
    return items;
  }

  private next(): Next<I, O> {
    if (this.series.isDead) return { type: 'truncated' };
    return this.current ? this.nextOf(this.current) : this.nextObject();
  }

  private nextObject(): Spooled<I, O> | undefined {
    for (;;) {
      const stored = this.series.stored[this.index];
      if (!stored) {
        const { settled } = this.series;
        return this.series.isSettled ? { type: 'settled', outcome: settled as O } : undefined;
      }
      // One that is broken off is passed over by who has had nothing of it: it comes again, or the outcome says so.
      if (stored.state !== 'broken' && !this.given.has(stored)) {
        this.current = stored;
        return { type: 'object', object: stored.object };
      }
      this.index += 1;
    }
  }

  private nextOf(stored: StoredObject<I>): Next<I, O> {
    if (this.offset < stored.length) {
      const wanted = this.choice.wanted(stored.object.info);
      if (this.offset < wanted) return this.bytesOf(stored, wanted);
      this.offset = stored.length; // passed over
    }
    if (stored.state === 'arriving') return undefined;
    if (stored.state === 'whole') {
      this.current = undefined;
      this.offset = 0;
      this.index += 1;
      return { type: 'end' };
    }
    if (stored.continuedBy) {
      this.given.add(stored.continuedBy);
      this.current = stored.continuedBy;
      return this.nextOf(stored.continuedBy);
    }
    if (stored.comparing) return undefined;
    return stored.contradicted || this.series.isSettled ? { type: 'truncated' } : undefined;
  }

  /** Those up to `wanted` that are at hand in one piece. What was written and cannot be read back as it was ends the reader. */
  private bytesOf(stored: StoredObject<I>, wanted: number): Next<I, O> {
    const give = (piece: Buffer): Spooled<I, O> => {
      const bytes = piece.subarray(0, wanted - this.offset);
      this.offset += bytes.length;
      return { type: 'bytes', bytes };
    };
    try {
      const piece = pieceAt(stored, this.offset, (record) => this.store.bytesOf(record));
      if (!(piece instanceof Promise)) return give(piece);
      return piece.then(give).catch(() => ({ type: 'truncated' }));
    } catch {
      return { type: 'truncated' };
    }
  }

  /** A slow line is no fault: only where room is short does it hold somebody up. */
  private judge(): void {
    if (!this.pace.tooSlow(performance.now()) || !this.store.isInTheWay(this.series)) return;
    this.store.cutReader();
    this.cutting.abort();
    this.close();
  }
}

const isLast = (item: Spooled<unknown, unknown> | undefined): boolean =>
  item?.type === 'settled' || item?.type === 'truncated' || item?.type === 'cut';

const lengthOf = (items: readonly Spooled<unknown, unknown>[]): number =>
  items.reduce((sum, item) => sum + (item.type === 'bytes' ? item.bytes.length : 0), 0);
