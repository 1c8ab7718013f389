/**
 * What the spool promises, as plain types. A series is written once, object by object, and read by any number of readers,
 * each at its own pace and each from the first byte, while it is still being written.
 */

/** An object as its writer names it and every reader gets it; `I` is the caller's own shape. */
export interface SpooledObject<I> {
  readonly info: I;
  /** What makes it the same object when it is sent again: a SOP Instance UID. */
  readonly id: string;
}

/**
 * One series on its way. Objects that arrive at the same time, on several associations, are written at the same time;
 * readers get them in the order in which they began, one whole object after another.
 */
export interface SeriesWriter<I, O> {
  /**
   * Begins an object. An `id` whose object was broken off is resumed: once the new bytes have repeated what is stored of it,
   * its readers go on where they stopped. When they differ, readers that have had any of it end as truncated.
   * An `id` that is whole already, or on its way, gives a writer whose bytes are dropped.
   */
  begin(object: SpooledObject<I>): ObjectWriter;
  /** Nothing more will come: readers get this outcome after the last object. Objects still open are broken off. */
  settle(outcome: O): void;
  /** What it could not be kept for: the disk, full or failing; or room in the budget, which it waits for at this moment. */
  readonly shortOf: 'disk' | 'budget' | undefined;
  /** Called with the number of readers at each change; the writer decides what an empty house means. */
  onReaders(listener: (readers: number) => void): void;
}

export interface ObjectWriter {
  /** The bytes are kept as they are: they must not change any more. False: the quota is full or the disk is behind, wait for `onDrain`. */
  write(bytes: Buffer): boolean;
  /** Called each time writing may go on after a false. */
  onDrain(listener: () => void): void;
  /** The object is whole. False: it could not be kept, since the disk failed. */
  end(): boolean;
  /** Its source broke off. Readers wait where they are until it is resumed or the series is settled. */
  breakOff(): void;
  /** Bytes taken so far. */
  readonly length: number;
}

/** What a reader gets, in order; `bytes` may be kept. */
export type Spooled<I, O> =
  | { readonly type: 'object'; readonly object: SpooledObject<I> }
  | { readonly type: 'bytes'; readonly bytes: Buffer }
  | { readonly type: 'end' }
  | { readonly type: 'settled'; readonly outcome: O }
  /** The object under way will never be whole: nothing follows. */
  | { readonly type: 'truncated' }
  /** The reader was slower than the floor while bytes waited for it, and others for their room: nothing follows. */
  | { readonly type: 'cut' };

/** Gives what is at hand, in order, as one list: some 256 KiB of bytes at most, so that it costs little to read many small pieces. */
export interface SeriesReader<I, O> extends AsyncIterable<readonly Spooled<I, O>[]> {
  /** Aborted when it is cut, for one that waits for its own client and asks nothing. */
  readonly cut: AbortSignal;
  /** Frees what it holds and ends an iteration under way; done by itself at the end of one. */
  close(): void;
}

/** How many bytes of each object a reader wants, from its first; asked again at each piece. Infinity: all of it. */
export type Wanted<I> = (info: I) => number;

export interface SpoolUsage {
  readonly bytes: number;
  readonly series: number;
  readonly readers: number;
  /** Readers cut since the start. */
  readonly cut: number;
  readonly byOwner: ReadonlyMap<string, number>;
}
