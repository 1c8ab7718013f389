import { cut, type Cut, type Plane, type SlabMode } from './cut.js';
import { greyOf } from './paint.js';
import { type Index, Voxels } from './voxels.js';

const SIZE: Index = [5, 4, 6];
/** Every voxel tells where it is: 100 × slice + 10 × row + column. */
const valueAt = (x: number, y: number, z: number): number => 100 * z + 10 * y + x;

function volume({ missing }: { missing?: number } = {}): Voxels {
  const voxels = new Voxels(SIZE, 'Int16Array');
  for (let z = 0; z < SIZE[2]; z += 1) {
    if (z === missing) continue;
    const slice = new Int16Array(SIZE[0] * SIZE[1]);
    for (let at = 0; at < slice.length; at += 1) slice[at] = valueAt(at % SIZE[0], Math.floor(at / SIZE[0]), z);
    voxels.put(z, slice, slice[0] ?? 0, slice.at(-1) ?? 0);
  }
  return voxels;
}

const rows = ({ values, width, height }: Cut): number[][] =>
  Array.from({ length: height }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);

/** A view of 10 pixels a voxel, the first voxel in its corner. */
const view = (origin: Index, right: Index, down: Index, size: [number, number]): Plane => {
  const step = (way: Index): Index => way.map((part) => part / 10) as unknown as Index;
  const normal = [0, 1, 2].map((axis) => (right[axis] || down[axis] ? 0 : 1)) as unknown as Index;
  return { origin, right: step(right), down: step(down), width: 10 * size[0], height: 10 * size[1], normal };
};
const axial = (z: number): Plane => view([-0.5, -0.5, z], [1, 0, 0], [0, 1, 0], [5, 4]);
const coronal = (y: number): Plane => view([-0.5, y, 5.5], [1, 0, 0], [0, 0, -1], [5, 6]);
const sagittal = (x: number): Plane => view([x, -0.5, 5.5], [0, 1, 0], [0, 0, -1], [4, 6]);
const slab = (plane: Plane, mode: SlabMode, thickness: number): Plane => ({ ...plane, slab: { mode, thickness } });

describe('a plane along the axes of the volume', () => {
  it('shows each voxel once, as it is, where it stands', () => {
    const one = cut(volume(), axial(3));
    expect(rows(one)[0]).toEqual([300, 301, 302, 303, 304]);
    expect(rows(one)[3]).toEqual([330, 331, 332, 333, 334]);
    expect([one.left, one.top, one.stepX, one.stepY]).toEqual([0, 0, 10, 10]);
  });

  it('crosses the slices, whichever way they run on screen', () => {
    const one = cut(volume(), coronal(2));
    expect(rows(one)[1]).toEqual([120, 121, 122, 123, 124]);
    // The first row of values stands at the bottom, and the grid runs upwards from there.
    expect([one.left, one.top, one.stepX, one.stepY]).toEqual([0, 60, 10, -10]);
    expect(rows(cut(volume(), sagittal(4)))[5]).toEqual([504, 514, 524, 534]);
    const turned = cut(volume(), view([1, 3.5, -0.5], [0, 0, 1], [0, -1, 0], [6, 4]));
    expect(rows(turned)[3]).toEqual([31, 131, 231, 331, 431, 531]);
  });

  it('is read only where the view shows it', () => {
    const near = { ...axial(0), origin: [2, 1, 0] as Index, width: 10, height: 10 };
    expect(rows(cut(volume(), near))).toEqual(
      [
        [1, 2, 3, 4],
        [11, 12, 13, 14],
        [21, 22, 23, 24],
        [31, 32, 33, 34],
      ].slice(0, 4),
    );
    expect(cut(volume(), { ...axial(0), origin: [40, 0, 0] }).values).toHaveLength(0);
    expect([...cut(volume(), axial(-2)).values].every(Number.isNaN)).toBe(true);
  });

  it('is interpolated between two slices, and only there', () => {
    expect(rows(cut(volume(), axial(2.25)))[0]?.[1]).toBeCloseTo(226, 4);
    expect(rows(cut(volume(), axial(2.99)))[0]?.[1]).toBe(301);
    expect(rows(cut(volume(), sagittal(1.5)))[2]?.[1]).toBeCloseTo(211.5, 4);
    expect(rows(cut(volume(), axial(5.4)))[0]?.[1]).toBe(501);
  });

  it('has no value where a slice has not come', () => {
    const voxels = volume({ missing: 2 });
    expect([...cut(voxels, axial(2)).values].every(Number.isNaN)).toBe(true);
    expect([...cut(voxels, axial(1.5)).values].every(Number.isNaN)).toBe(true);
    expect(rows(cut(voxels, coronal(0))).map((row) => row[0])).toEqual([0, 100, NaN, 300, 400, 500]);
  });
});

describe('a slab', () => {
  it('gives the highest, the lowest or the mean of what it covers', () => {
    const across = (mode: SlabMode): number | undefined => rows(cut(volume(), slab(axial(2), mode, 2.2)))[1]?.[1];
    expect([across('mip'), across('minip'), across('average')]).toEqual([311, 111, 211]);
    const side = (mode: SlabMode): number | undefined => rows(cut(volume(), slab(sagittal(2), mode, 4)))[3]?.[2];
    expect([side('mip'), side('minip'), side('average')]).toEqual([324, 320, 322]);
    const front = (mode: SlabMode): number | undefined => rows(cut(volume(), slab(coronal(1), mode, 2)))[3]?.[2];
    expect([front('mip'), front('minip'), front('average')]).toEqual([322, 302, 312]);
  });

  it('ends with the volume, passes over slices that have not come, and is a plane when it is thin', () => {
    expect(rows(cut(volume(), slab(axial(0), 'average', 4)))[0]?.[0]).toBe(100);
    expect(rows(cut(volume({ missing: 2 }), slab(axial(2), 'average', 2.2)))[0]?.[0]).toBe(200);
    expect(rows(cut(volume(), slab(axial(2), 'mip', 0.1)))[0]?.[0]).toBe(200);
  });
});

describe('an oblique plane', () => {
  /** Through the middle of row 1.5, turned by 45° between columns and slices. */
  const oblique: Plane = {
    origin: [0, 1.5, 0],
    right: [0.05, 0, 0.05],
    down: [0, 0.01, 0],
    width: 80,
    height: 10,
    normal: [0.7, 0, -0.7],
  };

  it('is sampled between the voxels: a field that is even stays so', () => {
    const one = cut(volume(), oblique);
    expect(one.stepX).toBeCloseTo(1 / Math.hypot(0.05, 0.05));
    for (let column = 0; column < one.width; column += 1) {
      const along = (column + 0.5) * one.stepX * 0.05;
      const expected = along > 4.5 ? NaN : valueAt(Math.min(4, along), 1.5 + 0.5 * one.stepY * 0.01, along);
      if (Number.isNaN(expected)) expect(one.values[column]).toBeNaN();
      else expect(one.values[column]).toBeCloseTo(expected, 2);
    }
  });

  it('has no value outside, nor beside a slice that has not come', () => {
    const away = cut(volume(), { ...oblique, origin: [0, 1.5, -20] });
    expect([...away.values].every(Number.isNaN)).toBe(true);
    const holes = cut(volume({ missing: 2 }), oblique);
    expect(holes.values.some(Number.isNaN)).toBe(true);
    expect(holes.values.some((value) => value > 300)).toBe(true);
  });

  it('gives the highest, lowest and mean of a slab', () => {
    const middle = (mode: SlabMode): number => {
      const one = cut(volume(), { ...slab(oblique, mode, 3), right: [0.05, 0, 0.05], origin: [0, 1, 0] });
      return one.values[Math.floor(2 / 0.05 / one.stepX)] ?? NaN;
    };
    const [high, mean, low] = [middle('mip'), middle('average'), middle('minip')];
    expect(high).toBeGreaterThan(mean);
    expect(mean).toBeGreaterThan(low);
    // The slab reaches a voxel to each side: columns 1 to 3, slices 3 to 1.
    expect([high, low]).toEqual([valueAt(1, 1, 3), valueAt(3, 1, 1)]);
  });
});

it('draws values by the window, inverted or not, and nothing as black', () => {
  const values = Float32Array.from([-200, -100, 101, 299.8, 900, NaN]);
  const one: Cut = { width: 6, height: 1, values, left: 0, top: 0, stepX: 1, stepY: 1 };
  const into = new Uint32Array(6);
  greyOf(one, { lower: -100, upper: 300, invert: false }, into);
  expect([...into].map((pixel) => pixel & 255)).toEqual([0, 0, 128, 255, 255, 0]);
  expect([...into].every((pixel) => pixel >>> 24 === 255)).toBe(true);
  greyOf(one, { lower: -100, upper: 300, invert: true }, into);
  expect([...into].map((pixel) => pixel & 255)).toEqual([255, 255, 127, 0, 0, 0]);
});

it('reads voxels by their number, and knows their range', () => {
  const voxels = volume({ missing: 5 });
  expect([voxels.at(0), voxels.at(20 * 3 + 7), voxels.at(20 * 5), voxels.at(-1)]).toEqual([0, 312, NaN, NaN]);
  expect(voxels.range).toEqual([0, 434]);
  expect(new Voxels(SIZE, 'Uint8Array').range).toEqual([0, 0]);
  voxels.clear();
  expect(voxels.at(0)).toBeNaN();
});
