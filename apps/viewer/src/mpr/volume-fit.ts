import type { ImageFacts, Vector } from '../images/image-facts.js';
import { PIXEL_BYTES, pixelType, type PixelType } from '../images/pixel-type.js';
import { depthOf, normalOf, parallel } from '../series/order.js';

/** Slices of a volume, evenly spaced along its normal. */
export interface VolumePlan {
  /** In their places; undefined where one is still on its way. */
  readonly slices: readonly (ImageFacts | undefined)[];
  readonly normal: Vector;
  /** Where the first place lies along the normal, and how far apart they are, in mm. */
  readonly start: number;
  readonly step: number;
  /** 2: every second slice of the series only. */
  readonly stride: 1 | 2;
  /** Type of its pixels: that of its slices, or floats where they differ. */
  readonly type: PixelType;
  /** Columns, rows, slices. */
  readonly size: readonly [number, number, number];
  readonly bytes: number;
}

const MIN_SLICES = 4;
/** A slice this far from its even place, in parts of the spacing, is a gap. */
const TOLERANCE = 0.25;

/** Grey, of one size and spacing, with places in space that are parallel and above each other: what a gantry that is tilted gives is not. */
export function commonNormal(images: readonly ImageFacts[]): Vector | undefined {
  const [first] = images;
  const normal = first && normalOf(first);
  if (!first?.position || !normal || images.length < MIN_SLICES || first.samples > 1 || first.palette) return undefined;
  if (first.spacing?.measuredAt !== 'patient') return undefined;
  return images.every((facts) => standsWith(first, facts, normal)) ? normal : undefined;
}

/** Could both be slices of one volume along the normal? */
export function standsWith(first: ImageFacts, facts: ImageFacts, normal: Vector): boolean {
  const { spacing, position } = first;
  return (
    spacing !== undefined &&
    position !== undefined &&
    facts.rows === first.rows &&
    facts.columns === first.columns &&
    facts.samples === 1 &&
    facts.spacing?.row === spacing.row &&
    facts.spacing.column === spacing.column &&
    facts.position !== undefined &&
    parallel(normalOf(facts), normal) &&
    besides(facts.position, position, normal) <= Math.max(spacing.row, spacing.column)
  );
}

/** How far, in mm, one place lies beside another as seen along the normal. */
function besides(place: Vector, other: Vector, normal: Vector): number {
  const way = place.map((value, axis) => value - (other[axis] ?? 0));
  const along = way.reduce((sum, value, axis) => sum + value * (normal[axis] ?? 0), 0);
  return Math.hypot(...way.map((value, axis) => value - along * (normal[axis] ?? 0)));
}

/**
 * Can these images stand in one volume? Alike, evenly spaced, one at each place: a series with several phases is none.
 */
export function volumePlan(images: readonly ImageFacts[]): VolumePlan | undefined {
  const normal = commonNormal(images);
  if (!normal) return undefined;
  const slices = images.toSorted((a, b) => (depthOf(a, normal) ?? 0) - (depthOf(b, normal) ?? 0));
  const depths = slices.map((facts) => depthOf(facts, normal) ?? 0);
  const start = depths[0] ?? 0;
  const step = ((depths.at(-1) ?? 0) - start) / (depths.length - 1);
  if (step <= 0 || !depths.every((depth, index) => isAt(depth, start, step, index))) return undefined;
  return planOf(slices, { normal, start, step });
}

/** Near enough to the even place of slice `index`? */
export const isAt = (depth: number, start: number, step: number, index: number): boolean =>
  Math.abs(depth - start - index * step) <= TOLERANCE * Math.abs(step);

export function planOf(
  slices: VolumePlan['slices'],
  along: Pick<VolumePlan, 'normal' | 'start' | 'step'>,
): VolumePlan | undefined {
  const known = slices.filter((facts) => facts !== undefined);
  const [first] = known;
  if (!first) return undefined;
  const own = pixelType(first);
  const type = known.every((facts) => pixelType(facts) === own) ? own : 'Float32Array';
  const size = [first.columns, first.rows, slices.length] as const;
  return { slices, ...along, stride: 1, type, size, bytes: size[0] * size[1] * size[2] * PIXEL_BYTES[type] };
}

/** Every second slice: with half the rows and columns the volume takes an eighth. */
export function reducedPlan(plan: VolumePlan): VolumePlan {
  const slices = plan.slices.filter((_, index) => index % 2 === 0);
  const size = [plan.size[0] >> 1, plan.size[1] >> 1, slices.length] as const;
  const bytes = size[0] * size[1] * size[2] * PIXEL_BYTES[plan.type];
  return { ...plan, slices, step: 2 * plan.step, stride: 2, size, bytes };
}
