import type { ImageFacts } from '../images/image-facts.js';
import { PIXEL_BYTES, pixelType, type PixelType } from '../images/pixel-type.js';
import { depthOf, normalOf, parallel } from '../series/order.js';

/** Slices of a volume, along its normal. */
export interface VolumePlan {
  readonly images: readonly ImageFacts[];
  /** Type of its pixels: that of its slices, or floats where they differ. */
  readonly type: PixelType;
  /** Columns, rows, slices. */
  readonly size: readonly [number, number, number];
  readonly bytes: number;
}

/** The most a texture may take in a browser built on ANGLE; above it the texture stays empty. */
const TEXTURE_BYTES = 1024 ** 3;

/** Can it be one texture of at most `side` voxels a side? */
export const textureFits = ({ size, bytes }: VolumePlan, side: number): boolean =>
  Math.max(...size) <= side && bytes <= TEXTURE_BYTES;

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
  const own = pixelType(first);
  const type = images.every((facts) => pixelType(facts) === own) ? own : 'Float32Array';
  const size = [first.columns, first.rows, images.length] as const;
  return { images: sorted, type, size, bytes: size[0] * size[1] * size[2] * PIXEL_BYTES[type] };
}

/** Every second slice: with half the rows and columns the volume takes an eighth. */
export function reducedPlan({ images, type, size: [columns, rows] }: VolumePlan): VolumePlan {
  const half = images.filter((_, index) => index % 2 === 0);
  const size = [columns >> 1, rows >> 1, half.length] as const;
  return { images: half, type, size, bytes: size[0] * size[1] * size[2] * PIXEL_BYTES[type] };
}
