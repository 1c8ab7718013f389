import { cutAlong } from './cut-along.js';
import { cutAcross } from './cut-across.js';
import type { Index, Voxels } from './voxels.js';

export type SlabMode = 'mip' | 'minip' | 'average';

/** A plane on screen, in places of the volume. */
export interface Plane {
  /** Place under the corner of the view where its first pixel begins, and what is added for each pixel rightwards and downwards. */
  readonly origin: Index;
  readonly right: Index;
  readonly down: Index;
  /** Pixels of the view. */
  readonly width: number;
  readonly height: number;
  /** What is added for each mm out of the plane. */
  readonly normal: Index;
  /** Thickness of a slab around the plane, mm; undefined for the plane alone. */
  readonly slab?: { readonly mode: SlabMode; readonly thickness: number };
}

/** Values found in a plane, and where they stand on screen. */
export interface Cut {
  readonly width: number;
  readonly height: number;
  /** Row by row; NaN where there is no voxel, or none yet. */
  readonly values: Float32Array;
  /** Place of the grid on the view, in pixels: its left upper corner, and the way to the next value along its rows and columns (one of them may be negative). */
  readonly left: number;
  readonly top: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** A direction may leave its axis by so much, in voxels over the whole view, and still be taken for one that does not. */
const STRAIGHT = 0.05;

/**
 * Cuts a volume. A plane that lies along two axes of the volume is read voxel by voxel: what is shown is what was acquired, and an
 * even series with slices a whole step apart is not interpolated at all; between two slices values are interpolated linearly. An oblique plane
 * is sampled between eight voxels, no finer than the voxels or the view are; an oblique slab at the nearest voxel.
 */
export function cut(voxels: Voxels, plane: Plane): Cut {
  const across = axisOf(plane.right, plane.width);
  const downwards = axisOf(plane.down, plane.height);
  if (across === undefined || downwards === undefined || across === downwards) return cutAcross(voxels, plane);
  return cutAlong(voxels, plane, across, downwards);
}

function axisOf(way: Index, pixels: number): 0 | 1 | 2 | undefined {
  const axis = ([0, 1, 2] as const).toSorted((a, b) => Math.abs(way[b]) - Math.abs(way[a]))[0] ?? 0;
  const straight = way.every((part, at) => at === axis || Math.abs(part) * pixels < STRAIGHT);
  return straight && way[axis] !== 0 ? axis : undefined;
}
