import type { Dataset } from './dataset.js';
import { HeadScanner } from './head-scanner.js';
import { inflated, inflatedUntil } from './inflate.js';
import { DatasetReader, type ReadOptions } from './read-dataset.js';
import { encodingOf, type Encoding } from './transfer-syntax.js';
import { TransferSyntax } from '../uids.js';

export interface HeadOptions extends Omit<ReadOptions, 'untilTag' | 'maxBytes'> {
  /** Reading stops before the first top-level element with this tag or a higher one. */
  readonly untilTag: number;
  /** Longest head; a longer one is a DatasetError `limit`. */
  readonly maxBytes: number;
  /** Only where the head ends is wanted: what it says is not read, and not checked beyond its lengths. */
  readonly endOnly?: boolean;
}

const NOTHING = Buffer.alloc(0);
/** Room for a usual head that comes in pieces. */
const FIRST_ROOM = 4096;

/**
 * Reads the head of a data set as its bytes arrive, and never what stands behind. The work is linear in the bytes,
 * whatever their chunks; memory is `maxBytes` and the last chunk. Every call throws DatasetError: `malformed`, `limit`,
 * `syntax`, `charset`.
 *
 * A deflated data set is inflated up to the end of its head, never further; `held` are then the deflated bytes, and `end`
 * an offset in the inflated ones.
 */
export class HeadReader {
  private readonly encoding: Encoding;
  private readonly scanner: HeadScanner;
  private buffer: Buffer = NOTHING;
  private length = 0;
  /** Deflated: bytes inflated last, and how many must have come for the next time. */
  private tried = 0;
  private nextTry = 256;
  private result: { readonly dataset?: Dataset; readonly end: number } | undefined;

  constructor(private readonly options: HeadOptions) {
    this.encoding = encodingOf(options.transferSyntax);
    this.scanner = new HeadScanner(this.encoding, options);
  }

  /** Copies what it keeps; true once every element below `untilTag` has been read: nothing may be pushed after it. */
  push(bytes: Buffer): boolean {
    if (this.result) throw new RangeError('the head was read already');
    if (this.length === 0 && !this.encoding.deflated && this.scanner.scan(bytes)) {
      // The usual case, a head within the first chunk: only the head is copied, not the pixels behind it.
      this.buffer = bytes;
      this.length = bytes.length;
      return this.read(Buffer.from(bytes.subarray(0, this.scanner.at)));
    }
    this.append(bytes);
    if (this.encoding.deflated) return this.inflate();
    return this.scanner.scan(this.held) && this.read(this.held.subarray(0, this.scanner.at));
  }

  /** The data set ended: what it held is the head. */
  finish(): void {
    if (this.result) return;
    const { maxBytes } = this.options;
    if (this.encoding.deflated) this.read(inflated(this.held, maxBytes));
    else this.read(this.held);
  }

  /** What was read. RangeError before `push` was true or `finish` called, and when only the end was wanted. */
  get dataset(): Dataset {
    const { dataset } = this.done();
    if (!dataset) throw new RangeError('only the end of the head is read');
    return dataset;
  }

  /** Offset in `held` where reading stopped: the first byte that is not of the head. */
  get end(): number {
    return this.done().end;
  }

  /** Every byte pushed so far; the chunk itself when the first one was enough, valid as long as that is. */
  get held(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private done(): { readonly dataset?: Dataset; readonly end: number } {
    if (!this.result) throw new RangeError('the head is not read yet');
    return this.result;
  }

  private read(head: Buffer): true {
    if (this.options.endOnly) {
      this.result = { end: head.length };
      return true;
    }
    // What was inflated is explicit little endian (PS3.5 §A.5).
    const plain = this.encoding.deflated ? { transferSyntax: TransferSyntax.ExplicitLittleEndian } : {};
    this.result = new DatasetReader(head, { ...this.options, ...plain }).read();
    return true;
  }

  /** Each try costs what came so far, so tries are spaced geometrically. */
  private inflate(): boolean {
    if (this.length < this.nextTry) return false;
    // What is inflated begins with what was inflated before: the scan goes on where it stood.
    const bytes = inflatedUntil(this.held, this.options.maxBytes, this.tried, (part) => this.scanner.scan(part));
    if (bytes) return this.read(bytes.subarray(0, this.scanner.at));
    this.tried = this.length;
    this.nextTry = this.length * 2;
    return false;
  }

  private append(bytes: Buffer): void {
    if (this.length + bytes.length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes.length, FIRST_ROOM));
      this.buffer.copy(grown, 0, 0, this.length);
      this.buffer = grown;
    }
    this.length += bytes.copy(this.buffer, this.length);
  }
}
