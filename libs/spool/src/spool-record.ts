import type { PackFile } from './pack-file.js';

/** A piece of one object: up to a record's length of its bytes, at its place in the object. */
export interface SpoolRecord {
  /** Never used twice: see RecordCipher. */
  readonly number: bigint;
  /** Offset of its first byte in the object. */
  readonly from: number;
  readonly length: number;
  /** In memory until it is on disk, and a little longer: what came from the PACS, slice after slice. */
  plain: readonly Buffer[] | undefined;
  file: PackFile | undefined;
  /** Place on disk, -1 until it is there. */
  position: number;
}
