import type { ImageFacts } from '../images/image-facts.js';
import { PIXEL_BYTES, pixelType } from '../images/pixel-type.js';
import { depthOf, normalOf, parallel } from '../series/order.js';

/** Slices of a volume, along its normal. */
export interface VolumePlan {
  readonly images: readonly ImageFacts[];
  readonly bytes: number;
}

const MIN_SLICES = 4;
/** A slice this far from its even place, in parts of the spacing, is a gap. */
const TOLERANCE = 0.25;

/**
 * Can these images stand in one volume? Grey, of one size and spacing, parallel, evenly spaced, one at each place: a
 * series with several phases is none. Returns the slices in order, or undefined.
 */
export function volumePlan(images: readonly ImageFacts[]): VolumePlan | undefined {
  const [first] = images;
  const normal = first && normalOf(first);
  if (!first || !normal || images.length < MIN_SLICES || first.samples > 1 || first.palette) return undefined;
  if (!first.spacing || first.spacing.measuredAt !== 'patient') return undefined;
  const alike = images.every(
    (facts) =>
      facts.rows === first.rows &&
      facts.columns === first.columns &&
      facts.samples === 1 &&
      facts.spacing?.row === first.spacing?.row &&
      facts.spacing?.column === first.spacing?.column &&
      facts.position !== undefined &&
      parallel(normalOf(facts), normal),
  );
  if (!alike) return undefined;
  const sorted = images.toSorted((a, b) => (depthOf(a, normal) ?? 0) - (depthOf(b, normal) ?? 0));
  const depths = sorted.map((facts) => depthOf(facts, normal) ?? 0);
  const step = ((depths.at(-1) ?? 0) - (depths[0] ?? 0)) / (depths.length - 1);
  const even = depths.every((depth, index) => Math.abs(depth - (depths[0] ?? 0) - index * step) <= TOLERANCE * step);
  if (step <= 0 || !even) return undefined;
  return { images: sorted, bytes: first.rows * first.columns * images.length * PIXEL_BYTES[pixelType(first)] };
}

/** Every second slice: with half the rows and columns the volume takes an eighth. */
export const reducedPlan = ({ images, bytes }: VolumePlan): VolumePlan => ({
  images: images.filter((_, index) => index % 2 === 0),
  bytes: bytes / 8,
});
