import { DatasetError } from '../dataset/dataset-error.js';
import { Tag } from '../dataset/tags.js';
import type { ByteReader } from './byte-reader.js';
import { fragmentsByFrame } from './frame-boundaries.js';
import { type ImageDescription, nativeFrameBytes } from './image-description.js';

/** Group of the pixel data: a head ends before it. */
export const PIXEL_GROUP = 0x7fe00000;

const EXTENDED_OFFSETS = 0x7fe00001;
const EXTENDED_LENGTHS = 0x7fe00002;
const ITEM = 0xfffee000;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED_LENGTH = 0xffffffff;
/** 2^20 frames of 64-bit offsets. */
const MAX_TABLE = 8 * 1024 * 1024;

export interface FrameOptions {
  readonly image: ImageDescription;
  /** Pixels come one fragment per frame in RLE (PS3.5 §A.4.2). */
  readonly transferSyntax: string;
  /** Largest frame, encoded or not; past it a DatasetError `limit`. */
  readonly maxFrameBytes: number;
}

/** Where the pixels begin: a head that stands before them has been taken off `reader` (Explicit LE). */
export interface PixelDataStart {
  readonly encapsulated: boolean;
  /** Bytes of native pixels. */
  readonly length: number;
  /** Offsets of the frames from the Extended Offset Table (PS3.3 §C.7.6.3.1.8). */
  readonly extendedOffsets?: readonly number[];
}

/**
 * Reads up to the value of Pixel Data. Undefined: the data set has none (what was read is put back). Throws DatasetError.
 */
export async function findPixelData(reader: ByteReader): Promise<PixelDataStart | undefined> {
  let extendedOffsets: readonly number[] | undefined;
  while (await reader.has(8)) {
    const head = await reader.take(8);
    const tag = head.readUInt16LE(0) * 0x10000 + head.readUInt16LE(2);
    const vr = head.toString('latin1', 4, 6);
    const known = [PIXEL_GROUP, EXTENDED_OFFSETS, EXTENDED_LENGTHS, Tag.PixelData].includes(tag);
    if (!known || !['UL', 'OV', 'OB', 'OW', 'UN'].includes(vr)) {
      reader.unread(head);
      return undefined;
    }
    const length = vr === 'UL' ? head.readUInt16LE(6) : (await reader.take(4)).readUInt32LE(0);
    if (tag === Tag.PixelData) {
      const encapsulated = length === UNDEFINED_LENGTH;
      return { encapsulated, length, ...(extendedOffsets ? { extendedOffsets } : {}) };
    }
    if (length > MAX_TABLE) throw new DatasetError('limit', 'offset table too long', tag);
    const value = await reader.take(length);
    if (tag === EXTENDED_OFFSETS) extendedOffsets = table(value, 8);
  }
  return undefined;
}

/** The frames one by one, in memory of their own, pulled as they are read. What follows the pixel data is left in `reader`. */
export function readFrames(
  reader: ByteReader,
  start: PixelDataStart,
  options: FrameOptions,
): AsyncGenerator<Buffer, void> {
  return start.encapsulated ? encapsulatedFrames(reader, start, options) : nativeFrames(reader, start, options);
}

async function* nativeFrames(
  reader: ByteReader,
  { length }: PixelDataStart,
  { image, maxFrameBytes }: FrameOptions,
): AsyncGenerator<Buffer, void> {
  const size = nativeFrameBytes(image);
  const left = length - size * image.frames;
  if (!Number.isInteger(size) || left < 0) throw new DatasetError('malformed', 'pixels of another size', Tag.PixelData);
  if (size > maxFrameBytes) throw new DatasetError('limit', 'frame too large', Tag.PixelData);
  for (let frame = 0; frame < image.frames; frame += 1) yield await reader.take(size);
  await skip(reader, left);
}

/** Bytes too many: a pad, or whatever some writers leave there. */
async function skip(reader: ByteReader, size: number): Promise<void> {
  for (let left = size; left > 0;) left -= (await reader.take(Math.min(left, 65_536))).length;
}

async function* encapsulatedFrames(
  reader: ByteReader,
  { extendedOffsets }: PixelDataStart,
  options: FrameOptions,
): AsyncGenerator<Buffer, void> {
  const basic = await item(reader, MAX_TABLE);
  if (!basic) throw new DatasetError('malformed', 'no offset table', Tag.PixelData);
  const offsets = extendedOffsets ?? (basic.length > 0 ? table(basic, 4) : undefined);
  const { image, transferSyntax, maxFrameBytes } = options;
  const belongs = fragmentsByFrame(image.frames, transferSyntax, offsets);
  let [parts, size, offset, frames]: [Buffer[], number, number, number] = [[], 0, 0, 0];
  for (;;) {
    const fragment = await item(reader, maxFrameBytes - size);
    if (parts.length > 0 && (!fragment || belongs.startsFrame(fragment, offset))) {
      frames += 1;
      yield joined(parts, size);
      [parts, size] = [[], 0];
    }
    if (!fragment) break;
    parts.push(fragment);
    size += fragment.length;
    offset += fragment.length + 8;
    if (frames >= image.frames) throw new DatasetError('malformed', 'more frames than said', Tag.PixelData);
  }
  if (frames !== image.frames) throw new DatasetError('malformed', 'fewer frames than said', Tag.PixelData);
}

/** The next item; undefined at the end of the fragments. */
async function item(reader: ByteReader, most: number): Promise<Buffer | undefined> {
  const head = await reader.take(8);
  const tag = head.readUInt16LE(0) * 0x10000 + head.readUInt16LE(2);
  const length = head.readUInt32LE(4);
  if (tag === SEQUENCE_END) return undefined;
  if (tag !== ITEM || length === UNDEFINED_LENGTH)
    throw new DatasetError('malformed', 'fragment expected', Tag.PixelData);
  if (length > most) throw new DatasetError('limit', 'frame too large', Tag.PixelData);
  return reader.take(length);
}

function joined(parts: readonly Buffer[], size: number): Buffer {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const whole = Buffer.from(new ArrayBuffer(size));
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

const table = (bytes: Buffer, width: 4 | 8): readonly number[] =>
  Array.from({ length: Math.floor(bytes.length / width) }, (_, index) =>
    width === 4 ? bytes.readUInt32LE(index * 4) : Number(bytes.readBigUInt64LE(index * 8)),
  );
