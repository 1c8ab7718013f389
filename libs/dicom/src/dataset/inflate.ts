import { constants, inflateRawSync } from 'node:zlib';
import { DatasetError } from './dataset-error.js';

/**
 * Inflates a deflated data set, or as much of it as `bytes` hold when `truncated` (PS3.5 §A.5: a raw RFC 1951 stream).
 * Throws DatasetError `limit` past `maxBytes` of output, `malformed` when the bytes are no such stream.
 */
export function inflated(bytes: Buffer, maxBytes: number, truncated = false): Buffer {
  const finishFlush = truncated ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
  try {
    return inflateRawSync(bytes, { maxOutputLength: maxBytes, finishFlush });
  } catch (error) {
    if (isErrorWithCode(error) && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DatasetError('limit', 'inflated data set too large');
    }
    if (isErrorWithCode(error) && error.code.startsWith('Z_')) throw new DatasetError('malformed', 'no deflate stream');
    throw error;
  }
}

const isErrorWithCode = (error: unknown): error is { readonly code: string } =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';

/** Room above the bound, so that a search for it ends. */
const SLACK = 65_536;

/**
 * Inflates no more of a growing deflate stream than it takes `isWhole` to say yes. `tried`: a number of bytes known not
 * to be enough. Undefined: more bytes are needed. One byte makes 1032 at most, so a bomb stops at the bound.
 */
export function inflatedUntil(
  bytes: Buffer,
  maxBytes: number,
  tried: number,
  isWhole: (inflated: Buffer) => boolean,
): Buffer | undefined {
  let [enough, tooFew, size] = [Infinity, tried, bytes.length];
  for (;;) {
    const part = inflatedPart(bytes.subarray(0, size), maxBytes + SLACK);
    if (part && isWhole(part)) return part;
    if (part && part.length > maxBytes) throw new DatasetError('limit', 'inflated head too long');
    if (part && size === bytes.length) return undefined;
    if (part) tooFew = size;
    else enough = size;
    if (enough - tooFew <= 1) throw new DatasetError('limit', 'inflated head too long');
    size = Math.floor((tooFew + enough) / 2);
  }
}

/** Undefined past `maxBytes`. */
function inflatedPart(bytes: Buffer, maxBytes: number): Buffer | undefined {
  try {
    return inflated(bytes, maxBytes, true);
  } catch (error) {
    if (error instanceof DatasetError && error.kind === 'limit') return undefined;
    throw error;
  }
}
