import type { SpoolRecord } from './pack-file.js';
import type { SpooledObject } from './spool-contract.js';

/** Its first record is short, so that a series of small objects takes little memory. */
const FIRST_RECORD = 16 * 1024;
const RECORD = 256 * 1024;

/** `broken`: its source ended before it did. */
export type ObjectState = 'arriving' | 'whole' | 'broken';

/**
 * One object as it is stored: full records, and one being filled. A filled part is never written again, so slices of it
 * can be handed out.
 */
export class StoredObject<I> {
  readonly records: (SpoolRecord | undefined)[] = [];
  length = 0;
  state: ObjectState = 'arriving';
  /** The later arrival of the same object that its readers go on in. */
  continuedBy: StoredObject<I> | undefined;
  /** A later arrival is being compared with it. */
  comparing = false;
  /** A later arrival differs from it: whoever has had some of it cannot go on. */
  contradicted = false;
  private filling: Buffer | undefined;
  private filled = 0;

  constructor(readonly object: SpooledObject<I>) {}

  /** Copies the bytes; each record that is full is given away, plain. */
  append(bytes: Buffer, onRecord: (from: number, plain: Buffer) => void): void {
    let rest = bytes;
    while (rest.length > 0) {
      const room = (this.filling ??= Buffer.allocUnsafeSlow(this.length === 0 ? FIRST_RECORD : RECORD));
      const taken = rest.copy(room, this.filled);
      this.filled += taken;
      this.length += taken;
      rest = rest.subarray(taken);
      if (this.filled === room.length) this.seal(onRecord);
    }
  }

  /** What is left of the last record. */
  seal(onRecord: (from: number, plain: Buffer) => void): void {
    if (!this.filling || this.filled === 0) return;
    const plain = this.filling.subarray(0, this.filled);
    this.filling = undefined;
    this.filled = 0;
    onRecord(this.length - plain.length, plain);
  }

  /** What is left of the last record is given up: its length. */
  discard(): number {
    const lost = this.filled;
    this.length -= lost;
    this.filling = undefined;
    this.filled = 0;
    return lost;
  }

  /** Bytes of the record being filled, from that offset of the object on; undefined when a full record holds them. */
  unsealed(offset: number): Buffer | undefined {
    const from = this.length - this.filled;
    return this.filling && offset >= from ? this.filling.subarray(offset - from, this.filled) : undefined;
  }

  /** The full record that holds that offset; undefined once released. */
  recordAt(offset: number): SpoolRecord | undefined {
    if (offset < FIRST_RECORD) return this.records[0];
    return this.records[1 + Math.floor((offset - FIRST_RECORD) / RECORD)];
  }
}
