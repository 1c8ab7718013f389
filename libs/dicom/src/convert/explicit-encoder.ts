import { DatasetError } from '../dataset/dataset-error.js';
import { Tag } from '../dataset/tags.js';
import { type Encoding, encodingOf, IMPLICIT_LITTLE } from '../dataset/transfer-syntax.js';
import { type VR, vrAt, VRS } from '../dataset/vr.js';
import { elementHead, itemDelimiter, itemHead, sequenceDelimiter } from './element-bytes.js';
import { vrForImplicit } from './data-dictionary.js';
import { swapped, wordSize } from './words.js';

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const LENGTH_TO_END = 0x00080001;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 2_000_000;
const EMPTY = Buffer.alloc(0);

/** A sequence or an item that is open, or the data set. `end`: where its length says it ends, Infinity when it does not. */
interface Container {
  readonly holds: 'elements' | 'items';
  readonly encoding: Encoding;
  readonly end: number;
}

/** A value on its way. `word`: bytes to turn around, 1 when none. `dropped`: a length that would be wrong. */
interface Value {
  readonly tag: number;
  left: number;
  readonly word: number;
  readonly dropped: boolean;
}

/**
 * Re-encodes a data set in Explicit VR Little Endian as its bytes arrive: from implicit VR or from big endian. Values are never
 * held back. Lengths of sequences become undefined ones, since what they hold changes its size; group lengths (retired) are left
 * out. An element that the dictionary does not know is UN (PS3.5 §6.2.2). Memory: one chunk. Throws DatasetError.
 */
export class ExplicitEncoder {
  private readonly open: Container[];
  private pending: Buffer = EMPTY;
  private value: Value | undefined;
  /** Offset in the source of the byte that comes next. */
  private position = 0;
  private elements = 0;
  private signedPixels = false;

  constructor(transferSyntax: string) {
    const encoding = encodingOf(transferSyntax);
    if (encoding.deflated) throw new DatasetError('syntax', 'inflate it first');
    this.open = [{ holds: 'elements', encoding, end: Infinity }];
  }

  push(chunk: Buffer): readonly Buffer[] {
    const input = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const out: Buffer[] = [];
    let at = 0;
    for (;;) {
      const used: number = this.step(input, at, out);
      if (used < 0) break;
      at += used;
      this.position += used;
      this.closeEnded(out);
    }
    this.pending = at === input.length ? EMPTY : Buffer.from(input.subarray(at));
    return out;
  }

  finish(): readonly Buffer[] {
    if (this.value || this.pending.length > 0 || this.open.length > 1) {
      throw new DatasetError('malformed', 'data set cut off');
    }
    return [];
  }

  /** Bytes used at `at`; negative when more must come. */
  private step(input: Buffer, at: number, out: Buffer[]): number {
    if (this.value) return this.copy(this.value, input.subarray(at), out);
    const top = this.top;
    if (input.length - at < 8) return -1;
    const tag = tagAt(input, at, top.encoding);
    return top.holds === 'items' ? this.item(input, at, tag, top, out) : this.element(input, at, tag, top, out);
  }

  private copy(value: Value, available: Buffer, out: Buffer[]): number {
    const most = Math.min(value.left, available.length);
    // The last word may be cut off by the chunk; one cut off by the value's own length stays as it is.
    const size = most === value.left ? most : most - (most % value.word);
    if (size === 0) return -1;
    const bytes = swapped(available.subarray(0, size), value.word);
    if (value.tag === Tag.PixelRepresentation) this.signedPixels = bytes[0] === 1;
    if (!value.dropped) out.push(bytes);
    value.left -= size;
    if (value.left === 0) this.value = undefined;
    return size;
  }

  private element(input: Buffer, at: number, tag: number, { encoding, end }: Container, out: Buffer[]): number {
    if (tag === ITEM_END && this.open.length > 1 && end === Infinity) {
      this.open.pop();
      out.push(itemDelimiter());
      return 8;
    }
    if (tag >>> 16 === 0xfffe) throw new DatasetError('malformed', 'delimiter out of place', tag);
    const header = this.header(input, at, tag, encoding);
    if (!header) return -1;
    this.elements += 1;
    if (this.elements > MAX_ELEMENTS) throw new DatasetError('limit', 'too many elements', tag);
    const { vr, length, size } = header;
    const inside = vr === 'UN' && length === UNDEFINED_LENGTH ? IMPLICIT_LITTLE : encoding;
    if (vr === 'SQ' || length === UNDEFINED_LENGTH) {
      // Only sequences have no length outside of encapsulated pixels, which are little endian already (PS3.5 §A.4).
      if (vr !== 'SQ' && vr !== 'UN') throw new DatasetError('malformed', 'value without length', tag);
      this.enter({ holds: 'items', encoding: inside, end: this.endOf(length, size, tag) }, tag);
      out.push(elementHead(tag, 'SQ', UNDEFINED_LENGTH));
      return size;
    }
    this.endOf(length, size, tag);
    this.begin(tag, vr, length, encoding, out);
    return size;
  }

  private begin(tag: number, vr: VR, length: number, encoding: Encoding, out: Buffer[]): void {
    const dropped = (tag & 0xffff) === 0 || tag === LENGTH_TO_END;
    // 16 bits of length are not enough: UN has 32 (PS3.5 §6.2.2 note 2).
    const written = length > 0xffff && !VRS[vr].longForm ? 'UN' : vr;
    if (!dropped) out.push(elementHead(tag, written, length));
    const word = encoding.bigEndian ? wordSize(vr) : 1;
    if (length > 0) this.value = { tag, left: length, word, dropped };
  }

  private item(input: Buffer, at: number, tag: number, { encoding, end }: Container, out: Buffer[]): number {
    const length = u32(input, at + 4, encoding);
    if (tag === SEQUENCE_END && end === Infinity) {
      this.open.pop();
      out.push(sequenceDelimiter());
      return 8;
    }
    if (tag !== ITEM) throw new DatasetError('malformed', 'item expected', tag);
    this.enter({ holds: 'elements', encoding, end: this.endOf(length, 8, tag) }, tag);
    out.push(itemHead(UNDEFINED_LENGTH));
    return 8;
  }

  private enter(container: Container, tag: number): void {
    if (this.open.length > 2 * MAX_DEPTH) throw new DatasetError('limit', 'sequences nested too deep', tag);
    this.open.push(container);
  }

  private get top(): Container {
    const top = this.open.at(-1);
    if (!top) throw new DatasetError('malformed', 'nothing open');
    return top;
  }

  /** What has a length and is at its end gets the delimiter it has now. */
  private closeEnded(out: Buffer[]): void {
    for (let top = this.top; !this.value && top.end === this.position && this.open.length > 1; top = this.top) {
      this.open.pop();
      out.push(top.holds === 'items' ? sequenceDelimiter() : itemDelimiter());
    }
  }

  /** Offset where a value or container of this length ends; it may not outlive the nearest container with an end. */
  private endOf(length: number, size: number, tag: number): number {
    const limit = this.open.findLast(({ end }) => end !== Infinity)?.end ?? Infinity;
    const end = length === UNDEFINED_LENGTH ? Infinity : this.position + size + length;
    if (this.position + size > limit || (end !== Infinity && end > limit)) {
      throw new DatasetError('malformed', 'length runs past what holds it', tag);
    }
    return end;
  }

  private header(
    input: Buffer,
    at: number,
    tag: number,
    encoding: Encoding,
  ): { readonly vr: VR; readonly length: number; readonly size: number } | undefined {
    if (!encoding.explicitVr) {
      const length = u32(input, at + 4, encoding);
      return { vr: vrForImplicit(tag, this.signedPixels), length, size: 8 };
    }
    const vr = vrAt(input, at + 4);
    if (!vr) throw new DatasetError('malformed', 'unknown VR', tag);
    if (!VRS[vr].longForm) return { vr, length: u16(input, at + 6, encoding), size: 8 };
    if (input.length - at < 12) return undefined;
    return { vr, length: u32(input, at + 8, encoding), size: 12 };
  }
}

const u16 = (bytes: Buffer, at: number, { bigEndian }: Encoding): number =>
  bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);

const u32 = (bytes: Buffer, at: number, { bigEndian }: Encoding): number =>
  bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);

const tagAt = (bytes: Buffer, at: number, encoding: Encoding): number =>
  u16(bytes, at, encoding) * 0x10000 + u16(bytes, at + 2, encoding);
