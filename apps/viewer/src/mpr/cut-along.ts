import type { Cut, Plane, SlabMode } from './cut.js';
import type { Voxels } from './voxels.js';

type Axis = 0 | 1 | 2;

/** Places a plane or a slab is read at, along the axis through it: weighed when interpolated, else all alike. */
interface Depths {
  readonly places: readonly number[];
  /** Part of the second of two places; undefined for a slab. */
  readonly part: number | undefined;
  readonly mode: SlabMode;
}

/** Nearer than this to the middle of a slice, in slices, it is shown as it is. */
const ON_SLICE = 0.02;

/** A cut along two axes of the volume: `across` runs rightwards or leftwards on screen, `downwards` down or up. */
export function cutAlong(voxels: Voxels, plane: Plane, across: Axis, downwards: Axis): Cut {
  const through = (3 - across - downwards) as Axis;
  const columns = visible(plane.origin[across], plane.right[across] * plane.width, voxels.size[across]);
  const rows = visible(plane.origin[downwards], plane.down[downwards] * plane.height, voxels.size[downwards]);
  const [width, height] = [columns.count, rows.count];
  const values = new Float32Array(width * height).fill(NaN);
  const depths = depthsOf(plane, through, voxels.size[through]);
  if (values.length > 0 && depths.places.length > 0) {
    const grid = { values, width, height, across, downwards, first: [columns.first, rows.first] as const };
    if (through === 2) readSlices(voxels, grid, depths);
    else crossSlices(voxels, grid, through, depths);
  }
  const [stepX, stepY] = [1 / plane.right[across], 1 / plane.down[downwards]];
  return {
    width,
    height,
    values,
    left: (columns.first - 0.5 - plane.origin[across]) * stepX,
    top: (rows.first - 0.5 - plane.origin[downwards]) * stepY,
    stepX,
    stepY,
  };
}

/** Voxels of one axis that a view shows a part of. */
function visible(from: number, way: number, size: number): { first: number; count: number } {
  const [low, high] = way > 0 ? [from, from + way] : [from + way, from];
  const first = Math.max(0, Math.round(low) - 1);
  const last = Math.min(size - 1, Math.round(high) + 1);
  return { first, count: Math.max(0, last - first + 1) };
}

function depthsOf({ origin, normal, slab }: Plane, through: Axis, size: number): Depths {
  const middle = origin[through];
  if (middle < -0.5 || middle > size - 0.5) return { places: [], part: undefined, mode: 'mip' };
  const within = Math.min(size - 1, Math.max(0, middle));
  const half = slab ? (slab.thickness / 2) * Math.abs(normal[through]) : 0;
  const [low, high] = [Math.max(0, Math.ceil(middle - half)), Math.min(size - 1, Math.floor(middle + half))];
  if (slab && high > low) {
    return { places: Array.from({ length: high - low + 1 }, (_, at) => low + at), part: undefined, mode: slab.mode };
  }
  const lower = Math.floor(within + ON_SLICE);
  const part = within - lower;
  const places = part > ON_SLICE ? [lower, lower + 1] : [lower];
  return { places, part: Math.max(0, part), mode: 'mip' };
}

interface Grid {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly across: Axis;
  readonly downwards: Axis;
  readonly first: readonly [number, number];
}

/** A plane that lies in slices: whole rows of each are read at once. */
function readSlices(voxels: Voxels, grid: Grid, { places, part, mode }: Depths): void {
  const { values, width, height, first } = grid;
  const [stepX, stepY] = grid.across === 0 ? [1, voxels.size[0]] : [voxels.size[0], 1];
  const start = first[0] * stepX + first[1] * stepY;
  let read = 0;
  for (const [at, place] of places.entries()) {
    const slice = voxels.slice(place);
    if (!slice) continue;
    const weight = part === undefined || places.length === 1 ? 1 : at === 0 ? 1 - part : part;
    for (let y = 0, to = 0; y < height; y += 1) {
      for (let x = 0, from = start + y * stepY; x < width; x += 1, from += stepX, to += 1) {
        const value = slice[from] ?? NaN;
        const before = values[to] ?? NaN;
        if (read === 0) values[to] = part === undefined ? value : value * weight;
        else if (part !== undefined || mode === 'average') values[to] = before + value * weight;
        else if (mode === 'mip' ? value > before : value < before) values[to] = value;
      }
    }
    read += 1;
  }
  if (part === undefined && mode === 'average') {
    for (let at = 0; at < values.length; at += 1) values[at] = (values[at] ?? NaN) / read;
  }
  // Between two slices of which one is missing nothing is made up.
  else if (part !== undefined && read < places.length) values.fill(NaN);
}

/** A plane that crosses the slices: each gives it one row or one column. */
function crossSlices(voxels: Voxels, grid: Grid, through: 0 | 1, { places, part, mode }: Depths): void {
  const { values, width, height, across, first } = grid;
  const strides = [1, voxels.size[0]] as const;
  const along = strides[1 - through] ?? 1;
  const slicesAcross = across === 2;
  const [toSlice, toAlong] = slicesAcross ? [1, width] : [width, 1];
  const [firstSlice, firstAlong] = slicesAcross ? first : ([first[1], first[0]] as const);
  const [slices, length] = slicesAcross ? [width, height] : [height, width];
  const offsets = places.map((place) => place * strides[through]);
  const [low = 0, high = low] = offsets;
  const [count, stride] = [offsets.length, strides[through]];
  for (let z = 0; z < slices; z += 1) {
    const slice = voxels.slice(firstSlice + z);
    if (!slice) continue;
    for (let at = 0, from = firstAlong * along, to = z * toSlice; at < length; at += 1, from += along, to += toAlong) {
      if (part !== undefined) {
        const value = slice[from + low] ?? NaN;
        values[to] = count === 1 ? value : value + part * ((slice[from + high] ?? NaN) - value);
        continue;
      }
      let best = slice[from + low] ?? NaN;
      if (mode === 'average') {
        for (let step = 1, next = from + low + stride; step < count; step += 1, next += stride)
          best += slice[next] ?? NaN;
        best /= count;
      } else if (mode === 'mip') {
        for (let step = 1, next = from + low + stride; step < count; step += 1, next += stride) {
          const value = slice[next] ?? NaN;
          if (value > best) best = value;
        }
      } else {
        for (let step = 1, next = from + low + stride; step < count; step += 1, next += stride) {
          const value = slice[next] ?? NaN;
          if (value < best) best = value;
        }
      }
      values[to] = best;
    }
  }
}
