import { CodecError } from '../codec-error.js';
import { type Pixels, sampleCount, unsignedSamples } from '../pixels.js';
import { BitReader, BitWriter } from './bits.js';
import { decodingTable, encodingTable, optimalTable } from './huffman.js';
import { type FrameHeader, type JpegState, Marker, readSegments, type ScanHeader, segment, word } from './segments.js';

/** Samples of a JPEG lossless image, colour by pixel. */
export interface LosslessImage {
  readonly precision: number;
  readonly samples: Uint16Array;
}

/**
 * Decodes JPEG lossless, Huffman-coded, any selection value (T.81 Annex H, process 14). `expected` bounds the memory: another size is
 * refused before anything is allocated.
 */
export function decodeLossless(
  bytes: Uint8Array,
  expected: Pick<Pixels, 'columns' | 'rows' | 'samples'>,
): LosslessImage {
  const size = sampleCount(expected);
  let image: LosslessImage | undefined;
  const done = new Set<number>();
  readSegments(bytes, (state, scan) => {
    const frame = checked(state, expected);
    image ??= { precision: frame.precision, samples: new Uint16Array(size) };
    for (const { id } of scan.components) {
      if (done.has(id)) throw new CodecError('malformed', 'component coded twice');
      done.add(id);
    }
    return decodeScan(bytes, state, frame, scan, image.samples);
  });
  if (!image || done.size !== expected.samples) throw new CodecError('malformed', 'components missing');
  return image;
}

function checked(
  { frame }: JpegState,
  { columns, rows, samples }: Pick<Pixels, 'columns' | 'rows' | 'samples'>,
): FrameHeader {
  if (!frame) throw new CodecError('malformed', 'scan without a frame');
  if (frame.marker !== Marker.SOF3 || frame.precision < 2 || frame.precision > 16) {
    throw new CodecError('unsupported', 'not JPEG lossless');
  }
  if (frame.columns !== columns || frame.rows !== rows || frame.components.length !== samples) {
    throw new CodecError('malformed', 'codestream of another image');
  }
  if (samples > 1 && frame.components.some(({ sampling }) => sampling !== 0x11)) {
    throw new CodecError('unsupported', 'subsampled lossless');
  }
  return frame;
}

function decodeScan(
  bytes: Uint8Array,
  state: JpegState,
  frame: FrameHeader,
  scan: ScanHeader,
  out: Uint16Array,
): number {
  const { columns, rows, precision, components } = frame;
  const [stride, inScan] = [components.length, scan.components.length];
  const offsets = scan.components.map(({ id }) => components.findIndex((one) => one.id === id));
  const tables = scan.components.map(({ dc }) => {
    const table = state.dc.get(dc);
    if (!table) throw new CodecError('malformed', 'no Huffman table');
    return decodingTable(table);
  });
  if (offsets.some((offset) => offset < 0) || scan.start < 1 || scan.start > 7) {
    throw new CodecError('malformed', 'no lossless scan');
  }
  const reader = new BitReader(bytes, scan.at);
  const [line, shift] = [columns * stride, scan.low];
  const initial = 1 << (precision - shift - 1);
  const { restartInterval } = state;
  let untilRestart = restartInterval;
  // Where prediction began: its row has nothing above it (§H.1.2.1).
  let firstRow = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let fresh = row === 0 && column === 0;
      if (restartInterval > 0 && untilRestart === 0) {
        reader.restart();
        untilRestart = restartInterval;
        [firstRow, fresh] = [row, true];
      }
      untilRestart -= 1;
      const at = (row * columns + column) * stride;
      for (let component = 0; component < inScan; component += 1) {
        const index = at + (offsets[component] ?? 0);
        const category = reader.symbol(tables[component] ?? new Uint16Array());
        if (category > 16) throw new CodecError('malformed', 'no such difference');
        const difference = category === 16 ? 32_768 : reader.difference(category);
        const prediction = fresh
          ? initial
          : row === firstRow
            ? (out[index - stride] ?? 0) >>> shift
            : column === 0
              ? (out[index - line] ?? 0) >>> shift
              : predict(scan.start, out, index, stride, line, shift);
        out[index] = (prediction + difference) << shift;
      }
    }
  }
  reader.alignToMarker();
  return reader.at;
}

/** T.81 Table H.1. */
function predict(
  selection: number,
  out: Uint16Array,
  index: number,
  stride: number,
  line: number,
  shift: number,
): number {
  const a = (out[index - stride] ?? 0) >>> shift;
  if (selection === 1) return a;
  const b = (out[index - line] ?? 0) >>> shift;
  const c = (out[index - line - stride] ?? 0) >>> shift;
  switch (selection) {
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}

/** Encodes JPEG lossless with selection value 1 (process 14 SV1), samples as unsigned numbers of `precision` bits. */
export function encodeLossless(pixels: Pixels, precision: number): Uint8Array {
  const { columns, rows, samples: stride } = pixels;
  const samples = unsignedSamples(pixels);
  const differences = predicted(samples, pixels, precision);
  const frequencies = new Uint32Array(256);
  for (let at = 0; at < differences.length; at += 1) {
    const category = categoryOf(differences[at] ?? 0);
    frequencies[category] = (frequencies[category] ?? 0) + 1;
  }
  const table = optimalTable(frequencies);
  const { codes, lengths } = encodingTable(table);
  const writer = new BitWriter(samples.length);
  for (let at = 0; at < differences.length; at += 1) {
    const difference = differences[at] ?? 0;
    const category = categoryOf(difference);
    writer.put(codes[category] ?? 0, lengths[category] ?? 0);
    // A category of 16 says all there is to say (§H.1.2.2).
    if (category > 0 && category < 16) writer.put(difference < 0 ? difference - 1 : difference, category);
  }
  const ids = Array.from({ length: stride }, (_, index) => index + 1);
  const head = [
    0xff,
    Marker.SOI,
    ...segment(Marker.SOF3, [
      precision,
      ...word(rows),
      ...word(columns),
      stride,
      ...ids.flatMap((id) => [id, 0x11, 0]),
    ]),
    ...segment(Marker.DHT, [0, ...table.counts, ...table.symbols]),
    ...segment(Marker.SOS, [stride, ...ids.flatMap((id) => [id, 0]), 1, 0, 0]),
  ];
  return concatenated(head, writer.finish());
}

/** Differences modulo 2^16 as signed numbers (§H.1.2.1). */
function predicted(
  samples: Uint8Array | Uint16Array,
  { columns, rows, samples: stride }: Pixels,
  precision: number,
): Int16Array {
  const differences = new Int16Array(samples.length);
  const line = columns * stride;
  for (let row = 0; row < rows; row += 1) {
    const start = row * line;
    for (let at = start; at < start + stride; at += 1) {
      differences[at] = (samples[at] ?? 0) - (row === 0 ? 1 << (precision - 1) : (samples[at - line] ?? 0));
    }
    for (let at = start + stride; at < start + line; at += 1) {
      differences[at] = (samples[at] ?? 0) - (samples[at - stride] ?? 0);
    }
  }
  return differences;
}

/** Bits of a difference; -32768 is the only one of 16. */
const categoryOf = (difference: number): number => 32 - Math.clz32(difference < 0 ? -difference : difference);

export function concatenated(head: readonly number[], scan: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + scan.length + 2);
  bytes.set(head);
  bytes.set(scan, head.length);
  bytes.set([0xff, Marker.EOI], head.length + scan.length);
  return bytes;
}
