import { CodecError } from '../codec-error.js';
import { type Pixels, unsignedSamples } from '../pixels.js';
import { BitReader, BitWriter } from './bits.js';
import { forwardDct, inverseDct, quantisationTable, ZIGZAG } from './dct.js';
import { decodingTable, encodingTable, type HuffmanCodes, optimalTable } from './huffman.js';
import { concatenated } from './lossless.js';
import { type JpegState, Marker, readSegments, type ScanHeader, segment, word } from './segments.js';

/** JPEG extended (process 4) has 12 bits; one component, as the grey images that need it have. */
const PRECISION = 12;
const LARGEST = (1 << PRECISION) - 1;
const MIDDLE = 1 << (PRECISION - 1);

type Size = Pick<Pixels, 'columns' | 'rows'>;

/** Decodes a grey JPEG extended image of 12 bits (T.81 Annex F, sequential, Huffman-coded). */
export function decodeExtended(bytes: Uint8Array, size: Size): Uint16Array {
  let samples: Uint16Array | undefined;
  readSegments(bytes, (state, scan) => {
    const { frame } = state;
    if (!frame) throw new CodecError('malformed', 'scan without a frame');
    if (frame.marker !== Marker.SOF1 || frame.precision !== PRECISION || frame.components.length !== 1) {
      throw new CodecError('unsupported', 'not grey JPEG extended of 12 bits');
    }
    if (frame.columns !== size.columns || frame.rows !== size.rows || samples) {
      throw new CodecError('malformed', 'codestream of another image');
    }
    samples = new Uint16Array(size.columns * size.rows);
    return decodeScan(bytes, state, scan, size, samples);
  });
  if (!samples) throw new CodecError('malformed', 'no scan');
  return samples;
}

function decodeScan(bytes: Uint8Array, state: JpegState, scan: ScanHeader, size: Size, out: Uint16Array): number {
  const [component] = scan.components;
  const [dc, ac] = [state.dc.get(component?.dc ?? 0), state.ac.get(component?.ac ?? 0)];
  const divisors = state.quantisation.get(state.frame?.components[0]?.table ?? 0);
  if (!dc || !ac || !divisors) throw new CodecError('malformed', 'tables missing');
  const [dcTable, acTable] = [decodingTable(dc), decodingTable(ac)];
  const reader = new BitReader(bytes, scan.at);
  const block = new Float64Array(64);
  let [previous, untilRestart] = [0, state.restartInterval];
  for (let top = 0; top < size.rows; top += 8) {
    for (let left = 0; left < size.columns; left += 8) {
      if (state.restartInterval > 0 && untilRestart === 0) {
        reader.restart();
        [previous, untilRestart] = [0, state.restartInterval];
      }
      untilRestart -= 1;
      block.fill(0);
      previous += reader.difference(categoryBelow(16, reader.symbol(dcTable)));
      block[0] = previous * (divisors[0] ?? 1);
      for (let k = 1; k < 64; k += 1) {
        const symbol = reader.symbol(acTable);
        const category = symbol & 15;
        if (category === 0 && symbol !== 0xf0) break;
        k += symbol >>> 4;
        if (k > 63) throw new CodecError('malformed', 'coefficients run past their block');
        block[ZIGZAG[k] ?? 0] = reader.difference(category) * (divisors[k] ?? 1);
      }
      inverseDct(block);
      putBlock(block, size, left, top, out);
    }
  }
  reader.alignToMarker();
  return reader.at;
}

function categoryBelow(limit: number, category: number): number {
  if (category >= limit) throw new CodecError('malformed', 'no such difference');
  return category;
}

function putBlock(block: Float64Array, { columns, rows }: Size, left: number, top: number, out: Uint16Array): void {
  for (let y = top; y < Math.min(top + 8, rows); y += 1) {
    for (let x = left; x < Math.min(left + 8, columns); x += 1) {
      const value = Math.round((block[8 * (y - top) + x - left] ?? 0) + MIDDLE);
      out[y * columns + x] = value < 0 ? 0 : value > LARGEST ? LARGEST : value;
    }
  }
}

/** Encodes a grey image of up to 12 bits without sign. `quality`: 1 to 100. */
export function encodeExtended(pixels: Pixels, quality: number): Uint8Array {
  const { columns, rows } = pixels;
  const divisors = quantisationTable(quality);
  const coefficients = quantised(unsignedSamples(pixels), pixels, divisors);
  const [dcCount, acCount] = [new Uint32Array(256), new Uint32Array(256)];
  eachSymbol(
    coefficients,
    (category) => (dcCount[category] = (dcCount[category] ?? 0) + 1),
    (symbol) => (acCount[symbol] = (acCount[symbol] ?? 0) + 1),
  );
  const [dcTable, acTable] = [optimalTable(dcCount), optimalTable(acCount)];
  const [dc, ac] = [encodingTable(dcTable), encodingTable(acTable)];
  const writer = new BitWriter(coefficients.length >>> 2);
  const put = ({ codes, lengths }: HuffmanCodes, symbol: number, value: number): void => {
    writer.put(codes[symbol] ?? 0, lengths[symbol] ?? 0);
    const category = symbol & 15;
    if (category > 0) writer.put(value < 0 ? value - 1 : value, category);
  };
  eachSymbol(
    coefficients,
    (category, value) => put(dc, category, value),
    (symbol, value) => put(ac, symbol, value),
  );
  const head = [
    0xff,
    Marker.SOI,
    ...segment(Marker.DQT, [0, ...divisors]),
    ...segment(Marker.SOF1, [PRECISION, ...word(rows), ...word(columns), 1, 1, 0x11, 0]),
    ...segment(Marker.DHT, [0, ...dcTable.counts, ...dcTable.symbols]),
    ...segment(Marker.DHT, [0x10, ...acTable.counts, ...acTable.symbols]),
    ...segment(Marker.SOS, [1, 1, 0, 0, 63, 0]),
  ];
  return concatenated(head, writer.finish());
}

/** Quantised coefficients, 64 a block in zigzag order; the last row and column fill what is missing of a block. */
function quantised(samples: Uint8Array | Uint16Array, { columns, rows }: Size, divisors: Uint8Array): Int16Array {
  const [across, down] = [Math.ceil(columns / 8), Math.ceil(rows / 8)];
  const coefficients = new Int16Array(across * down * 64);
  const block = new Float64Array(64);
  let at = 0;
  for (let top = 0; top < down * 8; top += 8) {
    for (let left = 0; left < across * 8; left += 8) {
      for (let place = 0; place < 64; place += 1) {
        const y = Math.min(top + (place >>> 3), rows - 1);
        const x = Math.min(left + (place & 7), columns - 1);
        block[place] = (samples[y * columns + x] ?? 0) - MIDDLE;
      }
      forwardDct(block);
      for (let k = 0; k < 64; k += 1) {
        coefficients[at++] = Math.round((block[ZIGZAG[k] ?? 0] ?? 0) / (divisors[k] ?? 1));
      }
    }
  }
  return coefficients;
}

type OnSymbol = (symbol: number, value: number) => void;

/** The symbols of each block in their order (T.81 §F.1.2): DC by its difference, AC by runs of zeros. */
function eachSymbol(coefficients: Int16Array, onDc: OnSymbol, onAc: OnSymbol): void {
  let previous = 0;
  for (let block = 0; block < coefficients.length; block += 64) {
    const dc = coefficients[block] ?? 0;
    onDc(bitsOf(dc - previous), dc - previous);
    previous = dc;
    let zeros = 0;
    for (let k = 1; k < 64; k += 1) {
      const value = coefficients[block + k] ?? 0;
      if (value === 0) {
        zeros += 1;
        continue;
      }
      for (; zeros > 15; zeros -= 16) onAc(0xf0, 0);
      onAc((zeros << 4) | bitsOf(value), value);
      zeros = 0;
    }
    if (zeros > 0) onAc(0, 0);
  }
}

const bitsOf = (value: number): number => 32 - Math.clz32(Math.abs(value));
