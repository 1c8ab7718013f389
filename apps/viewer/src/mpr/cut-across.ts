import type { Cut, Plane } from './cut.js';
import type { Index, Voxels } from './voxels.js';

/** An oblique cut: sampled on a grid that is as fine as the voxels, or as the pixels of the view where those are coarser. */
export function cutAcross(voxels: Voxels, plane: Plane): Cut {
  const { origin, right, down } = plane;
  const fineness = Math.max(Math.hypot(...right), Math.hypot(...down));
  const step = Math.max(1, 1 / fineness);
  const [width, height] = [Math.ceil(plane.width / step), Math.ceil(plane.height / step)];
  const values = new Float32Array(width * height);
  const sample = plane.slab ? slabSampler(voxels, plane, plane.slab) : linearSampler(voxels);
  for (let row = 0, to = 0; row < height; row += 1) {
    const v = (row + 0.5) * step;
    const [x, y, z] = [origin[0] + v * down[0], origin[1] + v * down[1], origin[2] + v * down[2]];
    for (let column = 0; column < width; column += 1, to += 1) {
      const u = (column + 0.5) * step;
      values[to] = sample(x + u * right[0], y + u * right[1], z + u * right[2]);
    }
  }
  return { width, height, values, left: 0, top: 0, stepX: step, stepY: step };
}

type Sampler = (x: number, y: number, z: number) => number;

const outside = ([nx, ny, nz]: Index, x: number, y: number, z: number): boolean =>
  !(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5);

/** Between the eight nearest voxels; the outer half of an outer voxel has its value. NaN where one of them is missing. */
function linearSampler(voxels: Voxels): Sampler {
  const { size } = voxels;
  const [nx, ny, nz] = size;
  return (x, y, z) => {
    if (outside(size, x, y, z)) return NaN;
    // Hundreds of thousands of times a plane: no lists are made here.
    const cx = clamp(x, nx);
    const cy = clamp(y, ny);
    const cz = clamp(z, nz);
    const ix = Math.min(nx - 2, cx | 0);
    const iy = Math.min(ny - 2, cy | 0);
    const iz = Math.min(nz - 2, cz | 0);
    const below = voxels.slice(iz);
    const above = voxels.slice(iz + 1);
    const fx = cx - ix;
    const fy = cy - iy;
    const fz = cz - iz;
    // A slice that adds nothing need not be there.
    const low = fz < 1 ? within(below, ix + iy * nx, nx, fx, fy) : 0;
    const high = fz > 0 ? within(above, ix + iy * nx, nx, fx, fy) : 0;
    return low * (1 - fz) + high * fz;
  };
}

const clamp = (at: number, size: number): number => (at < 0 ? 0 : at > size - 1 ? size - 1 : at);

function within(slice: ArrayLike<number> | undefined, from: number, row: number, fx: number, fy: number): number {
  if (!slice) return NaN;
  const a = slice[from] ?? NaN;
  const b = slice[from + 1] ?? NaN;
  const c = slice[from + row] ?? NaN;
  const d = slice[from + row + 1] ?? NaN;
  const upper = a + fx * (b - a);
  const lower = c + fx * (d - c);
  return upper + fy * (lower - upper);
}

/** Voxels nearest to points that lie one voxel apart along the normal; those that are missing do not count. */
function slabSampler(voxels: Voxels, plane: Plane, { mode, thickness }: NonNullable<Plane['slab']>): Sampler {
  const { size } = voxels;
  const { normal } = plane;
  const voxelsPerMillimetre = Math.max(...normal.map(Math.abs));
  const half = Math.floor((thickness / 2) * voxelsPerMillimetre);
  const [dx, dy, dz] = normal.map((part) => part / voxelsPerMillimetre) as unknown as Index;
  return (x, y, z) => {
    let best = NaN;
    let count = 0;
    for (let step = -half; step <= half; step += 1) {
      const px = x + step * dx;
      const py = y + step * dy;
      const pz = z + step * dz;
      if (outside(size, px, py, pz)) continue;
      const value = voxels.slice(Math.round(pz))?.[Math.round(px) + Math.round(py) * size[0]];
      if (value === undefined) continue;
      if (count === 0) best = value;
      else if (mode === 'average') best += value;
      else if (mode === 'mip' ? value > best : value < best) best = value;
      count += 1;
    }
    return mode === 'average' ? best / count : best;
  };
}
