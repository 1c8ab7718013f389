import type { Attributes } from '../dataset/write-dataset.js';

/** What a C-MOVE or C-GET says of its sub-operations (PS3.7 §9.1.4, §9.1.3). */
export interface SubOperations {
  readonly remaining?: number;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
}

export interface RetrieveQuery {
  readonly level: 'STUDY' | 'SERIES' | 'IMAGE';
  /** Unique keys of the level and of those above (PS3.4 §C.4.2.1.4). */
  readonly keys: Attributes;
  /** Unique beyond the association when objects are matched by it (Move Originator Message ID); the association's next one by default. */
  readonly messageId?: number;
  /** Longest time without any sign of the peer: a pending response, or `alive()` below. Milliseconds. */
  readonly silence?: number;
  /** Tells when a byte of an object last arrived, `performance.now()`: a long object is no silence. */
  readonly lastSign?: () => number;
  /** Aborting it sends C-CANCEL; the final response is then awaited for the `release` timer, else A-ABORT. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (counts: SubOperations) => void;
}

export interface MoveQuery extends RetrieveQuery {
  /** AE title to send to: ours, as the peer knows it. */
  readonly destination: string;
}

/** The final response. Status 0000, or B000 when some sub-operations failed: neither says that everything arrived. */
export interface RetrieveAnswer extends SubOperations {
  readonly status: number;
  /** (0008,0058), when the peer gives it. */
  readonly failedInstances: readonly string[];
}
