import { sliceAt } from './slices.js';
import type { SpoolRecord } from './spool-record.js';
import type { StoredObject } from './stored-object.js';

/** The bytes of an object from an offset on, as many as are at hand in one piece: at least one, at most a record. The offset is below its length. */
export function pieceAt(
  stored: StoredObject<unknown>,
  offset: number,
  bytesOf: (record: SpoolRecord) => readonly Buffer[] | Promise<readonly Buffer[]>,
): Buffer | Promise<Buffer> {
  const unsealed = stored.unsealed(offset);
  if (unsealed) return unsealed;
  const record = stored.recordAt(offset);
  if (!record) throw new Error('bytes that have been freed');
  const plain = bytesOf(record);
  const cut = (parts: readonly Buffer[]): Buffer => sliceAt(parts, offset - record.from);
  return plain instanceof Promise ? plain.then(cut) : cut(plain);
}

/** Are the first `length` bytes of two objects the same? */
export async function samePrefix(
  a: StoredObject<unknown>,
  b: StoredObject<unknown>,
  length: number,
  bytesOf: (record: SpoolRecord) => readonly Buffer[] | Promise<readonly Buffer[]>,
): Promise<boolean> {
  for (let at = 0; at < length;) {
    const [left, right] = [await pieceAt(a, at, bytesOf), await pieceAt(b, at, bytesOf)];
    const size = Math.min(left.length, right.length, length - at);
    if (!left.subarray(0, size).equals(right.subarray(0, size))) return false;
    at += size;
  }
  return true;
}
