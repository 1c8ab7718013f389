import { binary, type DicomJson, numbers, text } from './dicom-json.js';
import { dropUndefined } from './drop-undefined.js';

/** One table of a lookup (PS3.3 §C.11.1.1, C.11.2.1.1): value of the first entry, then the entries. */
export interface LookupTable {
  readonly firstValue: number;
  readonly bits: number;
  readonly entries: readonly number[];
  readonly explanation?: string;
}

/** Colours of a PALETTE COLOR image (PS3.3 §C.7.6.3.1.5): descriptors and entries of red, green and blue. */
export interface Palette {
  readonly descriptors: readonly [readonly number[], readonly number[], readonly number[]];
  readonly entries: readonly [readonly number[], readonly number[], readonly number[]];
}

/** A table of a lookup sequence's item; undefined when it has none. */
export function lookupTable(sequenceItem: DicomJson | undefined): LookupTable | undefined {
  const descriptor = numbers(sequenceItem, '00283002');
  const entries = wordsOf(sequenceItem, '00283006', descriptor?.[2] ?? 16);
  if (!descriptor || !entries || entries.length === 0) return undefined;
  return dropUndefined({
    firstValue: descriptor[1] ?? 0,
    bits: descriptor[2] ?? 16,
    entries,
    explanation: text(sequenceItem, '00283003'),
  });
}

/** Entries given as numbers (US) or as little-endian bytes (OW); eight-bit entries may be packed two to a word. */
function wordsOf(dataset: DicomJson | undefined, tag: string, bits: number): readonly number[] | undefined {
  const bytes = binary(dataset, tag);
  if (!bytes) return numbers(dataset, tag);
  if (bits <= 8) return Array.from(bytes);
  return Array.from({ length: bytes.length >> 1 }, (_, at) => (bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8));
}

const palettes = new WeakMap<DicomJson, Palette>();

/** Colours of an object; its frames share them. */
export function paletteOf(dataset: DicomJson): Palette | undefined {
  const palette = palettes.get(dataset) ?? readPalette(dataset);
  if (palette) palettes.set(dataset, palette);
  return palette;
}

function readPalette(dataset: DicomJson): Palette | undefined {
  if (text(dataset, '00280004') !== 'PALETTE COLOR') return undefined;
  const colour = (descriptorTag: string, dataTag: string): [readonly number[], readonly number[]] => {
    const descriptor = numbers(dataset, descriptorTag) ?? [0, 0, 16];
    return [descriptor, wordsOf(dataset, dataTag, descriptor[2] ?? 16) ?? []];
  };
  const [red, green, blue] = [
    colour('00281101', '00281201'),
    colour('00281102', '00281202'),
    colour('00281103', '00281203'),
  ];
  return { descriptors: [red[0], green[0], blue[0]], entries: [red[1], green[1], blue[1]] };
}
