import { CodecError } from '../codec-error.js';
import type { HuffmanTable } from './huffman.js';

/** Markers of T.81 Table B.1 used here. */
export const Marker = {
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DHT: 0xc4,
  DRI: 0xdd,
  SOF1: 0xc1,
  SOF3: 0xc3,
} as const;

export interface FrameHeader {
  readonly marker: number;
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly { readonly id: number; readonly sampling: number; readonly table: number }[];
}

export interface ScanHeader {
  readonly components: readonly { readonly id: number; readonly dc: number; readonly ac: number }[];
  /** Ss: the selection value of a lossless scan. */
  readonly start: number;
  readonly end: number;
  /** Al: the point transform of a lossless scan. */
  readonly low: number;
  /** Where its entropy-coded bits begin. */
  readonly at: number;
}

/** What came before a scan: tables by destination. */
export interface JpegState {
  frame: FrameHeader | undefined;
  restartInterval: number;
  readonly dc: Map<number, HuffmanTable>;
  readonly ac: Map<number, HuffmanTable>;
  readonly quantisation: Map<number, Uint16Array>;
}

/**
 * Reads the segments of a JPEG and hands each scan on; `onScan` answers where the scan ended. CodecError `malformed` when it is no
 * JPEG or has no end.
 */
export function readSegments(bytes: Uint8Array, onScan: (state: JpegState, scan: ScanHeader) => number): void {
  const state: JpegState = {
    frame: undefined,
    restartInterval: 0,
    dc: new Map(),
    ac: new Map(),
    quantisation: new Map(),
  };
  if (bytes[0] !== 0xff || bytes[1] !== Marker.SOI) throw new CodecError('malformed', 'no JPEG');
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined) throw new CodecError('malformed', 'marker expected');
    if (marker === Marker.EOI) return;
    const length = u16(bytes, at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) throw new CodecError('malformed', 'segment cut off');
    const body = bytes.subarray(at + 4, end);
    at = end;
    if (marker === Marker.DHT) readHuffman(body, state);
    else if (marker === Marker.DQT) readQuantisation(body, state);
    else if (marker === Marker.DRI) state.restartInterval = u16(body, 0);
    else if (marker === Marker.SOS) at = onScan(state, readScan(body, end));
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (state.frame) throw new CodecError('unsupported', 'several frames in one JPEG');
      state.frame = readFrame(marker, body);
    }
  }
}

/** The first frame header, found without decoding anything; undefined when there is none. */
export function frameHeaderOf(bytes: Uint8Array): FrameHeader | undefined {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = u16(bytes, at + 2);
    const isFrame =
      (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) || marker === 0xf7;
    if (isFrame && at + 2 + length <= bytes.length) return readFrame(marker, bytes.subarray(at + 4, at + 2 + length));
    if (marker === Marker.SOS || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

function readFrame(marker: number, body: Uint8Array): FrameHeader {
  const count = body[5] ?? 0;
  if (body.length < 6 + 3 * count || count === 0) throw new CodecError('malformed', 'frame header cut off');
  const components = Array.from({ length: count }, (_, index) => {
    const [id = 0, sampling = 0, table = 0] = body.subarray(6 + 3 * index, 9 + 3 * index);
    return { id, sampling, table };
  });
  return { marker, precision: body[0] ?? 0, rows: u16(body, 1), columns: u16(body, 3), components };
}

function readScan(body: Uint8Array, at: number): ScanHeader {
  const count = body[0] ?? 0;
  if (count < 1 || count > 4 || body.length < 4 + 2 * count) throw new CodecError('malformed', 'scan header cut off');
  const components = Array.from({ length: count }, (_, index) => {
    const [id = 0, tables = 0] = body.subarray(1 + 2 * index, 3 + 2 * index);
    return { id, dc: tables >>> 4, ac: tables & 15 };
  });
  const [start = 0, end = 0, approximation = 0] = body.subarray(1 + 2 * count);
  return { components, start, end, low: approximation & 15, at };
}

function readHuffman(body: Uint8Array, state: JpegState): void {
  for (let at = 0; at < body.length;) {
    const kind = body[at] ?? 0;
    const counts = body.slice(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (counts.length < 16 || total > 256 || at + 17 + total > body.length)
      throw new CodecError('malformed', 'Huffman table cut off');
    (kind >>> 4 === 0 ? state.dc : state.ac).set(kind & 15, { counts, symbols: body.slice(at + 17, at + 17 + total) });
    at += 17 + total;
  }
}

function readQuantisation(body: Uint8Array, state: JpegState): void {
  for (let at = 0; at < body.length;) {
    const kind = body[at] ?? 0;
    const width = kind >>> 4 === 0 ? 1 : 2;
    if (at + 1 + 64 * width > body.length) throw new CodecError('malformed', 'quantisation table cut off');
    const table = Uint16Array.from({ length: 64 }, (_, index) =>
      width === 1 ? (body[at + 1 + index] ?? 0) : u16(body, at + 1 + 2 * index),
    );
    state.quantisation.set(kind & 15, table);
    at += 1 + 64 * width;
  }
}

/** Marker, length, body. */
export const segment = (marker: number, body: readonly number[]): number[] => [
  0xff,
  marker,
  ...word(body.length + 2),
  ...body,
];

export const word = (value: number): number[] => [value >>> 8, value & 0xff];

export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
