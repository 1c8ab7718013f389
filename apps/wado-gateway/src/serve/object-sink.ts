import { CodecError } from '@drimbox/codecs';
import type { ErrorCode } from '@drimbox/contracts';
import { DatasetError } from '@drimbox/dicom';
import type { ServedTally, SourceObject } from '@drimbox/images';

/** Takes the objects of an access one after the other and writes them in the form that was asked for. */
export interface ObjectSink {
  readonly tally: ServedTally;
  /** Returns when the next one may come: this one is written, or on its way. */
  give(object: SourceObject): Promise<void>;
  /** All have come: what is on its way is written, then the end of the answer. */
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

/** What the libraries say of bytes that they cannot work with, in the words of the error table. */
export function notServable(error: unknown): unknown {
  if (error instanceof DatasetError) return new NotServable('DRIM-715', `data set: ${error.kind}`);
  if (error instanceof CodecError) return new NotServable('DRIM-715', `codec: ${error.kind}`);
  return error;
}
