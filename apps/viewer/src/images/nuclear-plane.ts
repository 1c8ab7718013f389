import { type DicomJson, item, number, numbers, text } from './dicom-json.js';

interface Plane {
  readonly position: readonly [number, number, number];
  /** Six cosines: of a row, of a column. */
  readonly orientation: readonly number[];
}

/**
 * Where frame `frame` (from 1) of a reconstructed nuclear medicine object lies: the first slice is in the detector's item, the
 * others follow along the normal (PS3.3 §C.8.4.15). Undefined for anything else.
 */
export function nuclearPlane(dataset: DicomJson, frame: number): Plane | undefined {
  if (text(dataset, '00080060') !== 'NM') return undefined;
  const detector = item(dataset, '00540022');
  const orientation = numbers(detector, '00200037');
  const first = numbers(detector, '00200032');
  const step = number(dataset, '00180088');
  if (orientation?.length !== 6 || first?.length !== 3 || step === undefined) return undefined;
  // Slice Vector (0054,0080): the slice each frame shows; several phases show the same.
  const slice = (numbers(dataset, '00540080')?.[frame - 1] ?? frame) - 1;
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0] = orientation;
  const normal = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx] as const;
  const along = (axis: 0 | 1 | 2): number => (first[axis] ?? 0) + normal[axis] * step * slice;
  return { position: [along(0), along(1), along(2)], orientation };
}
