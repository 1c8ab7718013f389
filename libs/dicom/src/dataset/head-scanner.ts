import { DatasetError } from './dataset-error.js';
import { vrOf } from './tags.js';
import { type Encoding, IMPLICIT_LITTLE } from './transfer-syntax.js';
import { type VR, vrAt, VRS } from './vr.js';

export interface HeadBounds {
  readonly untilTag: number;
  readonly maxBytes: number;
  readonly maxDepth?: number;
}

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

/** What is open where the scan stands: only what has no length of its own; the rest is jumped over. */
interface Frame {
  readonly holds: 'elements' | 'items' | 'fragments';
  readonly encoding: Encoding;
}

/** Finds where the head of a data set ends, by its lengths alone (PS3.5 §7.5): each header is looked at once. */
export class HeadScanner {
  /** Where the next header stands, perhaps beyond the bytes that have come. */
  at = 0;
  private readonly frames: Frame[];

  constructor(
    encoding: Encoding,
    private readonly bounds: HeadBounds,
  ) {
    this.frames = [{ holds: 'elements', encoding }];
  }

  /** Nothing is open where the scan stands: a data set of `at` bytes may end here. */
  get whole(): boolean {
    return this.frames.length === 1;
  }

  /** `bytes`: every byte so far. True when the element at `at` is not of the head; false when more bytes are needed. */
  scan(bytes: Buffer): boolean {
    for (;;) {
      if (this.at > this.bounds.maxBytes) throw new DatasetError('limit', 'head too long');
      const frame = this.frames.at(-1);
      if (!frame || bytes.length - this.at < 4) return false;
      const tag = tagAt(bytes, this.at, frame.encoding);
      if (this.frames.length === 1 && tag >= this.bounds.untilTag) return true;
      const read = frame.holds === 'elements' ? this.element(bytes, tag, frame) : this.item(bytes, tag, frame);
      if (!read) return false;
    }
  }

  private element(bytes: Buffer, tag: number, { encoding }: Frame): boolean {
    const header = headerAt(bytes, this.at, tag, encoding);
    if (!header) return false;
    const { vr, length, size } = header;
    this.at += size;
    if (tag === ITEM_END && this.frames.length > 1) {
      this.frames.pop();
    } else if (tag >>> 16 === 0xfffe) {
      throw new DatasetError('malformed', 'delimiter out of place', tag);
    } else if (length !== UNDEFINED_LENGTH) {
      this.at += length;
    } else if (vr === 'SQ') {
      this.open(tag, { holds: 'items', encoding });
    } else if (vr === 'UN') {
      this.open(tag, { holds: 'items', encoding: IMPLICIT_LITTLE }); // PS3.5 §6.2.2 note 6, CP-246
    } else {
      this.open(tag, { holds: 'fragments', encoding });
    }
    return true;
  }

  private item(bytes: Buffer, tag: number, { holds, encoding }: Frame): boolean {
    if (bytes.length - this.at < 8) return false;
    const length = u32(bytes, this.at + 4, encoding);
    this.at += 8;
    if (tag === SEQUENCE_END) this.frames.pop();
    else if (tag !== ITEM) throw new DatasetError('malformed', 'item expected', tag);
    else if (length !== UNDEFINED_LENGTH) this.at += length;
    else if (holds === 'items') this.frames.push({ holds: 'elements', encoding });
    else throw new DatasetError('malformed', 'fragment expected', tag);
    return true;
  }

  private open(tag: number, frame: Frame): void {
    // One frame for the sequence, one for its item.
    if (this.frames.length / 2 > (this.bounds.maxDepth ?? 16)) {
      throw new DatasetError('limit', 'sequences nested too deep', tag);
    }
    this.frames.push(frame);
  }
}

const u16 = (bytes: Buffer, at: number, { bigEndian }: Encoding): number =>
  bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);

const u32 = (bytes: Buffer, at: number, { bigEndian }: Encoding): number =>
  bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);

const tagAt = (bytes: Buffer, at: number, encoding: Encoding): number =>
  u16(bytes, at, encoding) * 0x10000 + u16(bytes, at + 2, encoding);

/** PS3.5 §7.1; undefined when not all of it has come. */
function headerAt(
  bytes: Buffer,
  at: number,
  tag: number,
  encoding: Encoding,
): { readonly vr: VR; readonly length: number; readonly size: number } | undefined {
  if (bytes.length - at < 8) return undefined;
  if (!encoding.explicitVr || tag >>> 16 === 0xfffe) {
    return { vr: vrOf(tag) ?? 'UN', length: u32(bytes, at + 4, encoding), size: 8 };
  }
  const vr = vrAt(bytes, at + 4);
  if (!vr) throw new DatasetError('malformed', 'unknown VR', tag);
  if (!VRS[vr].longForm) return { vr, length: u16(bytes, at + 6, encoding), size: 8 };
  if (bytes.length - at < 12) return undefined;
  return { vr, length: u32(bytes, at + 8, encoding), size: 12 };
}
