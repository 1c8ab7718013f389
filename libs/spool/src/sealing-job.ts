/** A part of a record in a slot starts where its source does, modulo this: V8 copies into shared memory by words when it can, else by bytes. */
const WORD = 8;
/** Bytes of one slot: the longest record, of as many parts as a record can have (slices.ts), or several short ones. */
export const SLOT_BYTES = 256 * 1024 + 1024;

/** Bytes that a record takes in a slot, at most. */
export const roomFor = (plain: readonly Buffer[]): number => plain.reduce((sum, { length }) => sum + length + WORD, 0);

/** Where a part goes: at `at`, or up to a word after it. */
export const placeOf = (part: Buffer, at: number): number => at + ((part.byteOffset - at) & (WORD - 1));

/** What the thread is started with. */
export interface SealingSetup {
  /** Plain bytes on their way to the thread, slot after slot; used for nothing else. */
  readonly slots: SharedArrayBuffer;
  readonly key: Uint8Array;
}

export interface SlotRecord {
  readonly number: bigint;
  /** Offset and length of each part, in turn; the offset counted in the memory of all slots. */
  readonly parts: readonly number[];
}

/** The records in a slot, one after the other: to be sealed, each with its own number, and written one after the other. */
export interface SealingJob {
  readonly slot: number;
  readonly fd: number;
  /** Where in the file the first one goes. */
  readonly position: number;
  readonly records: readonly SlotRecord[];
}

export interface SealingAnswer {
  readonly slot: number;
  /** False: not all of it is on disk. */
  readonly written: boolean;
}
