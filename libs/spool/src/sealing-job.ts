/** Bytes of one slot: the longest record, or several short ones. */
export const SLOT_BYTES = 256 * 1024;

/** What the thread is started with. */
export interface SealingSetup {
  /** Plain bytes on their way to the thread, slot after slot; used for nothing else. */
  readonly slots: SharedArrayBuffer;
  readonly key: Uint8Array;
}

/** The records in a slot, one after the other: to be sealed, each with its own number, and written one after the other. */
export interface SealingJob {
  readonly slot: number;
  readonly fd: number;
  /** Where in the file the first one goes. */
  readonly position: number;
  readonly records: readonly { readonly number: bigint; readonly length: number }[];
}

export interface SealingAnswer {
  readonly slot: number;
  /** False: not all of it is on disk. */
  readonly written: boolean;
}
