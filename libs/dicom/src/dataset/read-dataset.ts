import { charsetOf } from './charset.js';
import { DatasetError } from './dataset-error.js';
import { Dataset } from './dataset.js';
import { inflated } from './inflate.js';
import { tagText, Tag, vrOf } from './tags.js';
import { type Encoding, encodingOf, IMPLICIT_LITTLE } from './transfer-syntax.js';
import { type VR, vrAt, VRS } from './vr.js';

export interface ReadOptions {
  readonly transferSyntax: string;
  /** An unknown (0008,0005): a DatasetError (default), or text read as ASCII with U+FFFD for the rest. */
  readonly unknownCharset?: 'fail' | 'replace';
  /** Charset of a data set that names none; the standard's default repertoire (ISO_IR 6) unless set. */
  readonly assumedCharset?: string;
  /** Stop before the first top-level element with this tag or a higher one (pixel data are often not wanted). */
  readonly untilTag?: number;
  /** Bounds; reaching one is a DatasetError `limit`. Defaults: 64 MiB, 16 levels, 500 000 elements. */
  readonly maxBytes?: number;
  readonly maxDepth?: number;
  readonly maxElements?: number;
}

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

const MAX_BYTES = 64 * 1024 * 1024;

/** Reads a whole data set (no preamble, no file meta). Bytes are not copied, but a deflated one is inflated. Throws DatasetError. */
export function readDataset(bytes: Buffer, options: ReadOptions): Dataset {
  return new DatasetReader(bytes, options).read().dataset;
}

/** One pass over the bytes; sequences of both length forms are walked (PS3.5 §7.5). */
export class DatasetReader {
  private readonly bytes: Buffer;
  private readonly encoding: Encoding;
  private at = 0;
  private elements = 0;

  constructor(
    bytes: Buffer,
    private readonly options: ReadOptions,
  ) {
    const maxBytes = options.maxBytes ?? MAX_BYTES;
    if (bytes.length > maxBytes) throw new DatasetError('limit', 'data set too large');
    this.encoding = encodingOf(options.transferSyntax);
    this.bytes = this.encoding.deflated ? inflated(bytes, maxBytes) : bytes;
  }

  /** The data set and the offset where reading stopped, in the inflated bytes when deflated. */
  read(): { readonly dataset: Dataset; readonly end: number } {
    const { encoding } = this;
    const dataset = new Dataset(encoding.bigEndian);
    if (this.options.assumedCharset !== undefined) dataset.useCharset(charsetOf([this.options.assumedCharset]));
    this.readElements(dataset, encoding, this.bytes.length, 0);
    return { dataset, end: this.at };
  }

  private readElements(into: Dataset, encoding: Encoding, end: number, depth: number, untilItemEnd = false): void {
    while (this.at < end) {
      const start = this.at;
      const tag = this.tag(encoding, end);
      if (depth === 0 && this.options.untilTag !== undefined && tag >= this.options.untilTag) {
        this.at = start;
        return;
      }
      const { vr, length } = this.header(tag, encoding, end);
      if (tag === ITEM_END && untilItemEnd) return;
      if (tag >>> 16 === 0xfffe) throw new DatasetError('malformed', 'delimiter out of place', tag);
      if (into.has(tag)) throw new DatasetError('malformed', 'element repeated', tag);
      this.count(tag);
      if (vr === 'SQ' || (vr === 'UN' && length === UNDEFINED_LENGTH)) {
        // UN of undefined length is a sequence in implicit VR (PS3.5 §6.2.2 note 6, CP-246).
        into.add({
          tag,
          vr: 'SQ',
          items: this.readItems(into, vr === 'SQ' ? encoding : IMPLICIT_LITTLE, tag, length, end, depth),
        });
      } else if (length === UNDEFINED_LENGTH) {
        into.add({ tag, vr, bytes: this.fragments(tag, encoding, end) });
      } else {
        const value = this.take(length, tag, end);
        into.add({ tag, vr, bytes: value });
        if (tag === Tag.SpecificCharacterSet)
          into.useCharset(charsetOf(into.getStrings(tag), this.options.unknownCharset));
      }
    }
    if (untilItemEnd) throw new DatasetError('malformed', 'item without its end');
  }

  private readItems(
    parent: Dataset,
    encoding: Encoding,
    tag: number,
    length: number,
    limit: number,
    depth: number,
  ): Dataset[] {
    if (depth + 1 > (this.options.maxDepth ?? 16)) throw new DatasetError('limit', 'sequences nested too deep', tag);
    const end = this.endOf(length, tag, limit);
    const items: Dataset[] = [];
    while (this.at < end) {
      const head = this.delimiter(encoding, tag, end);
      if (head.tag === SEQUENCE_END && length === UNDEFINED_LENGTH) return items;
      if (head.tag !== ITEM) throw new DatasetError('malformed', `item expected, ${tagText(head.tag)} found`, tag);
      this.count(tag);
      const item = new Dataset(encoding.bigEndian, parent);
      const itemEnd = this.endOf(head.length, tag, end);
      this.readElements(item, encoding, itemEnd, depth + 1, head.length === UNDEFINED_LENGTH);
      items.push(item);
    }
    if (length === UNDEFINED_LENGTH) throw new DatasetError('malformed', 'sequence without its end', tag);
    return items;
  }

  /** Encapsulated pixel data: kept as the bytes of its items, unread (PS3.5 §A.4). */
  private fragments(tag: number, encoding: Encoding, end: number): Buffer {
    const start = this.at;
    while (this.at < end) {
      const head = this.delimiter(encoding, tag, end);
      if (head.tag === SEQUENCE_END) return this.bytes.subarray(start, this.at - 8);
      if (head.tag !== ITEM || head.length === UNDEFINED_LENGTH)
        throw new DatasetError('malformed', 'fragment expected', tag);
      this.count(tag);
      this.take(head.length, tag, end);
    }
    throw new DatasetError('malformed', 'fragments without their end', tag);
  }

  private header(tag: number, encoding: Encoding, end: number): { vr: VR; length: number } {
    if (tag >>> 16 === 0xfffe) return { vr: 'UN', length: this.u32(encoding, end) };
    if (!encoding.explicitVr) return { vr: vrOf(tag) ?? 'UN', length: this.u32(encoding, end) };
    const vr = vrAt(this.bytes, this.advance(2, end, tag));
    if (!vr) throw new DatasetError('malformed', 'unknown VR', tag);
    if (!VRS[vr].longForm) return { vr, length: this.u16(encoding, end) };
    this.advance(2, end, tag);
    return { vr, length: this.u32(encoding, end) };
  }

  private delimiter(encoding: Encoding, sequence: number, end: number): { tag: number; length: number } {
    if (end - this.at < 8) throw new DatasetError('malformed', 'truncated item', sequence);
    return { tag: this.tag(encoding, end), length: this.u32(encoding, end) };
  }

  private tag(encoding: Encoding, end: number): number {
    return this.u16(encoding, end) * 0x10000 + this.u16(encoding, end);
  }

  private u16({ bigEndian }: Encoding, end: number): number {
    const at = this.advance(2, end);
    return bigEndian ? this.bytes.readUInt16BE(at) : this.bytes.readUInt16LE(at);
  }

  private u32({ bigEndian }: Encoding, end: number): number {
    const at = this.advance(4, end);
    return bigEndian ? this.bytes.readUInt32BE(at) : this.bytes.readUInt32LE(at);
  }

  private take(length: number, tag: number, end: number): Buffer {
    const at = this.advance(length, end, tag);
    return this.bytes.subarray(at, at + length);
  }

  private advance(length: number, end: number, tag?: number): number {
    if (length > end - this.at) throw new DatasetError('malformed', 'value runs past its end', tag);
    const at = this.at;
    this.at += length;
    return at;
  }

  private endOf(length: number, tag: number, limit: number): number {
    if (length === UNDEFINED_LENGTH) return limit;
    if (length > limit - this.at) throw new DatasetError('malformed', 'length runs past the data set', tag);
    return this.at + length;
  }

  private count(tag: number): void {
    this.elements += 1;
    if (this.elements > (this.options.maxElements ?? 500_000))
      throw new DatasetError('limit', 'too many elements', tag);
  }
}
