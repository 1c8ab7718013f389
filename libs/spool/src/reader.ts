import { Pace } from './pace.js';
import { pieceAt } from './piece.js';
import type { SeriesReader, Spooled } from './spool-contract.js';
import type { SeriesStore } from './series-store.js';
import type { SpooledSeries } from './spooled-series.js';
import type { StoredObject } from './stored-object.js';

/** One reader of a series: where it stands, and what comes next. */
export class ReaderOfSeries<I, O> implements SeriesReader<I, O> {
  /** Index of the object it stands at. */
  private index = 0;
  /** The object whose bytes it is being given, itself or its later arrival; undefined between two. */
  private current: StoredObject<I> | undefined;
  private offset = 0;
  /** Later arrivals that it has been given as the end of an earlier one. */
  private readonly given = new Set<StoredObject<I>>();
  private readonly pace: Pace;
  private readonly cutting = new AbortController();
  private readonly watch: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly series: SpooledSeries<I, O>,
    private readonly store: SeriesStore,
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

  async *[Symbol.asyncIterator](): AsyncGenerator<Spooled<I, O>, void> {
    try {
      while (!this.closed) {
        const { changes } = this.series;
        const item = await this.next();
        if (!item) {
          if (changes === this.series.changes) await this.series.changed();
          continue;
        }
        this.pace.gave(item.type === 'bytes' ? item.bytes.length : 0, performance.now());
        yield item;
        this.pace.asked(performance.now());
        if (isLast(item)) return;
      }
      if (this.cut.aborted) yield { type: 'cut' };
    } finally {
      this.close();
    }
  }

  /** Undefined: nothing yet. */
  private async next(): Promise<Spooled<I, O> | undefined> {
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

  private async nextOf(stored: StoredObject<I>): Promise<Spooled<I, O> | undefined> {
    if (this.offset < stored.length) return this.bytesOf(stored);
    if (stored.state === 'arriving') return undefined;
    if (stored.state === 'whole') {
      this.current = undefined;
      this.offset = 0;
      this.index += 1;
      this.store.passed(this.series);
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

  private async bytesOf(stored: StoredObject<I>): Promise<Spooled<I, O>> {
    try {
      const bytes = await pieceAt(stored, this.offset, (record) => this.store.bytesOf(record));
      this.offset += bytes.length;
      this.store.passed(this.series);
      return { type: 'bytes', bytes };
    } catch {
      // What was written cannot be read back as it was.
      return { type: 'truncated' };
    }
  }

  private judge(): void {
    if (!this.pace.tooSlow(performance.now())) return;
    this.store.cutReader();
    this.cutting.abort();
    this.close();
  }
}

const isLast = ({ type }: Spooled<unknown, unknown>): boolean =>
  type === 'settled' || type === 'truncated' || type === 'cut';
