import { CodecError } from '../codec-error.js';
import { type Pixels, sampleCount } from '../pixels.js';

const HEADER = 64;

/**
 * Decodes a frame of RLE Lossless (PS3.5 Annex G): one segment for each byte of each sample, most significant first, to `width` bytes a
 * sample, colour by pixel, little endian.
 */
export function decodeRle(
  bytes: Uint8Array,
  size: Pick<Pixels, 'columns' | 'rows' | 'samples'>,
  width: number,
): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments = size.samples * width;
  if (bytes.length < HEADER || view.getUint32(0, true) !== segments) {
    throw new CodecError('malformed', 'RLE of another image');
  }
  const out = new Uint8Array(sampleCount(size) * width);
  const stride = segments;
  for (let segment = 0; segment < segments; segment += 1) {
    const start = view.getUint32(4 + 4 * segment, true);
    const next = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (start < HEADER || next < start || next > bytes.length)
      throw new CodecError('malformed', 'RLE segment out of place');
    const [sample, byte] = [Math.floor(segment / width), segment % width];
    unpack(bytes.subarray(start, next), out, sample * width + (width - 1 - byte), stride);
  }
  return out;
}

/** PackBits (PS3.5 §G.3.2) into every `stride`th byte. */
function unpack(packed: Uint8Array, out: Uint8Array, first: number, stride: number): void {
  let [at, to] = [0, first];
  while (to < out.length) {
    const control = packed[at++];
    if (control === undefined) throw new CodecError('malformed', 'RLE segment cut off');
    if (control === 128) continue;
    const repeats = control > 128;
    const count = repeats ? 257 - control : control + 1;
    if (at + (repeats ? 1 : count) > packed.length) throw new CodecError('malformed', 'RLE segment cut off');
    for (let n = 0; n < count && to < out.length; n += 1, to += stride) out[to] = packed[repeats ? at : at + n] ?? 0;
    at += repeats ? 1 : count;
  }
}

/** Encodes a frame; rows are coded apart (§G.3.1). */
export function encodeRle({ data, columns, rows, samples, bytesPerSample: width }: Pixels): Uint8Array {
  const segments = samples * width;
  const parts: Uint8Array[] = [];
  const header = new DataView(new ArrayBuffer(HEADER));
  header.setUint32(0, segments, true);
  let offset = HEADER;
  for (let segment = 0; segment < segments; segment += 1) {
    const [sample, byte] = [Math.floor(segment / width), segment % width];
    const plane = new Uint8Array(columns * rows);
    const first = sample * width + (width - 1 - byte);
    for (let at = 0; at < plane.length; at += 1) plane[at] = data[first + at * segments] ?? 0;
    const packed = packRows(plane, columns);
    header.setUint32(4 + 4 * segment, offset, true);
    parts.push(packed);
    offset += packed.length;
  }
  const out = new Uint8Array(offset);
  out.set(new Uint8Array(header.buffer));
  let at = HEADER;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function packRows(plane: Uint8Array, columns: number): Uint8Array {
  const out = new Uint8Array(plane.length + Math.ceil(columns / 128) * (plane.length / columns) + 2);
  let to = 0;
  for (let row = 0; row < plane.length; row += columns) to = packRow(plane.subarray(row, row + columns), out, to);
  return out.subarray(0, to + (to % 2));
}

function packRow(row: Uint8Array, out: Uint8Array, start: number): number {
  let to = start;
  for (let at = 0; at < row.length;) {
    const run = runLength(row, at);
    if (run > 2) {
      out[to++] = 257 - run;
      out[to++] = row[at] ?? 0;
      at += run;
      continue;
    }
    let end = at + 1;
    while (end < row.length && end - at < 128 && runLength(row, end) < 3) end += 1;
    out[to++] = end - at - 1;
    out.set(row.subarray(at, end), to);
    to += end - at;
    at = end;
  }
  return to;
}

function runLength(row: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < row.length && end - at < 128 && row[end] === row[at]) end += 1;
  return end - at;
}
