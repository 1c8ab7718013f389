import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { DatasetError } from '../dataset/dataset-error.js';
import { encodingOf } from '../dataset/transfer-syntax.js';
import { ExplicitEncoder } from './explicit-encoder.js';

export interface ToExplicitOptions {
  /** Syntax of the source. */
  readonly transferSyntax: string;
  /** Largest data set that a deflated one may become; past it, a DatasetError `limit`. Default 1 GiB. */
  readonly maxInflatedBytes?: number;
}

const MAX_INFLATED = 1024 * 1024 * 1024;

/**
 * A data set in Explicit VR Little Endian, whatever it was in: re-encoded, inflated, or as it is. Streaming, pulled by its reader.
 * Throws DatasetError.
 */
export function toExplicit(source: AsyncIterable<Buffer>, options: ToExplicitOptions): AsyncIterable<Buffer> {
  const { explicitVr, bigEndian, deflated } = encodingOf(options.transferSyntax);
  if (deflated) return inflate(source, options.maxInflatedBytes ?? MAX_INFLATED);
  return explicitVr && !bigEndian ? source : reencoded(source, options.transferSyntax);
}

async function* reencoded(source: AsyncIterable<Buffer>, transferSyntax: string): AsyncGenerator<Buffer, void> {
  const encoder = new ExplicitEncoder(transferSyntax);
  for await (const chunk of source) yield* encoder.push(chunk);
  yield* encoder.finish();
}

/** PS3.5 §A.5: a raw RFC 1951 stream. One byte makes 1032 at most, but nothing is inflated before it is asked for. */
async function* inflate(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer, void> {
  let size = 0;
  const inflater = createInflateRaw();
  // Its outcome is thrown where the inflater is read.
  pipeline(Readable.from(source), inflater, () => undefined);
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new DatasetError('limit', 'inflated data set too large');
      yield chunk;
    }
  } catch (error) {
    if (isZlibError(error)) throw new DatasetError('malformed', 'no deflate stream');
    throw error;
  }
}

/** By its code (`Z_DATA_ERROR`, `Z_BUF_ERROR` for a stream that is cut): its class may be of another realm. */
const isZlibError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
