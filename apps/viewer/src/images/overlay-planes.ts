import { binary, type DicomJson, number, numbers, text } from './dicom-json.js';

/** A drawing of one bit a pixel over an image (PS3.3 §C.9.2). */
export interface OverlayPlane {
  readonly rows: number;
  readonly columns: number;
  /** Row and column of the image, from 1, under its first pixel; may lie outside. */
  readonly origin: readonly [row: number, column: number];
  /** Packed, the first pixel in the lowest bit, from bit `first` on. */
  readonly bits: Uint8Array;
  readonly first: number;
}

/** Sixteen groups, 6000 to 601E. */
const GROUPS = Array.from({ length: 16 }, (_, at) => (0x6000 + 2 * at).toString(16).toUpperCase());
const MAX_SIDE = 16_384;

const decoded = new WeakMap<DicomJson, Map<string, Uint8Array>>();

/** Overlays of frame `frame` (from 1), undefined when there is none. Those kept in unused bits of the pixels (retired) are none. */
export function readOverlays(dataset: DicomJson, frame: number): readonly OverlayPlane[] | undefined {
  const planes = GROUPS.flatMap((group) => planeOf(dataset, group, frame) ?? []);
  return planes.length === 0 ? undefined : planes;
}

function planeOf(dataset: DicomJson, group: string, frame: number): OverlayPlane | undefined {
  const [rows, columns] = [number(dataset, `${group}0010`) ?? 0, number(dataset, `${group}0011`) ?? 0];
  if (!(rows > 0 && columns > 0 && rows <= MAX_SIDE && columns <= MAX_SIDE)) return undefined;
  if (text(dataset, `${group}0040`) === 'R') return undefined;
  // Frames of the overlay stand on those of the image from the one named on; a single one stands on all.
  const count = number(dataset, `${group}0015`) ?? 1;
  const index = count > 1 ? frame - (number(dataset, `${group}0051`) ?? 1) : 0;
  if (index < 0 || index >= count) return undefined;
  const bits = bytesOf(dataset, `${group}3000`);
  const first = index * rows * columns;
  if (!bits || bits.length * 8 < first + rows * columns) return undefined;
  const [row = 1, column = 1] = numbers(dataset, `${group}0050`) ?? [];
  return { rows, columns, origin: [row, column], bits, first };
}

/** The frames of an object share the bytes. */
function bytesOf(dataset: DicomJson, tag: string): Uint8Array | undefined {
  const known = decoded.get(dataset) ?? new Map<string, Uint8Array>();
  decoded.set(dataset, known);
  const bytes = known.get(tag) ?? binary(dataset, tag);
  if (bytes) known.set(tag, bytes);
  return bytes;
}

/** Is pixel (`column`, `row`), from 0, drawn? */
export function isDrawn({ columns, bits, first }: OverlayPlane, column: number, row: number): boolean {
  const at = first + row * columns + column;
  return (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}
