import { sliceAt, Slices } from './slices.js';
import type { SpoolRecord } from './spool-record.js';
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
  private filling = new Slices();

  constructor(readonly object: SpooledObject<I>) {}

  /** Keeps the bytes, which must not change any more; each record that is full is given away, plain. */
  append(bytes: Buffer, onRecord: (from: number, plain: Slices) => void): void {
    let rest = bytes;
    while (rest.length > 0) {
      const size = this.length - this.filling.length === 0 ? FIRST_RECORD : RECORD;
      const taken = rest.subarray(0, size - this.filling.length);
      this.filling.add(taken);
      this.length += taken.length;
      rest = rest.subarray(taken.length);
      if (this.filling.length === size) this.seal(onRecord);
    }
  }

  /** What is left of the last record. */
  seal(onRecord: (from: number, plain: Slices) => void): void {
    if (this.filling.length === 0) return;
    const plain = this.filling;
    this.filling = new Slices();
    onRecord(this.length - plain.length, plain);
  }

  /** What is left of the last record is given up: its length. */
  discard(): number {
    const lost = this.filling.length;
    this.length -= lost;
    this.filling = new Slices();
    return lost;
  }

  /** Bytes of the record being filled, from that offset of the object on; undefined when a full record holds them. */
  unsealed(offset: number): Buffer | undefined {
    const from = this.length - this.filling.length;
    return offset >= from ? sliceAt(this.filling.parts, offset - from) : undefined;
  }

  /** The full record that holds that offset; undefined once released. */
  recordAt(offset: number): SpoolRecord | undefined {
    if (offset < FIRST_RECORD) return this.records[0];
    return this.records[1 + Math.floor((offset - FIRST_RECORD) / RECORD)];
  }
}
