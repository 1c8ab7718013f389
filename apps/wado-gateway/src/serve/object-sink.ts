import type { ErrorCode, ObjectHead } from '@drimbox/contracts';
import type { ServedTally } from './served-tally.js';

/** Takes the objects of an access as they come and writes them in the form that was asked for. */
export interface ObjectSink {
  readonly tally: ServedTally;
  open(head: ObjectHead): Promise<void> | void;
  data(bytes: Buffer): Promise<void> | void;
  /** The object is whole. */
  end(): Promise<void>;
  /** All have come: what is held back is written, then the end of the answer. */
  finish(): Promise<void>;
}

/** An object cannot be given in the form that was asked for. */
export class NotServable extends Error {
  override readonly name = 'NotServable';

  constructor(
    readonly code: ErrorCode,
    readonly why: string,
  ) {
    super(code);
  }
}
