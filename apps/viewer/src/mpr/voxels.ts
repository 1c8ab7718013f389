import type { PixelType } from '../images/pixel-type.js';

export const CONSTRUCTORS = { Uint8Array, Uint16Array, Int16Array, Float32Array };

export type Pixels = Uint8Array | Uint16Array | Int16Array | Float32Array;

/** Columns, rows and slices of a volume, or a place in it counted along them; a voxel's middle is at whole numbers. */
export type Index = readonly [number, number, number];

/** Decoded slices of a volume, in their places as they came from the decoder: no copy of them is made. */
export class Voxels {
  /** Undefined: on its way, or unreadable. */
  private readonly slices: (Pixels | undefined)[];
  private readonly perSlice: number;
  private lowest = Infinity;
  private highest = -Infinity;

  constructor(
    readonly size: Index,
    readonly type: PixelType,
  ) {
    this.perSlice = size[0] * size[1];
    this.slices = Array.from<undefined>({ length: size[2] });
  }

  /** Lowest and highest value so far; zeros before there is any. */
  get range(): [number, number] {
    return this.lowest <= this.highest ? [this.lowest, this.highest] : [0, 0];
  }

  slice(place: number): Pixels | undefined {
    return this.slices[place];
  }

  /** `lowest` and `highest` are those of `pixels`, row by row. */
  put(place: number, pixels: Pixels, lowest: number, highest: number): void {
    this.slices[place] = pixels.constructor.name === this.type ? pixels : new CONSTRUCTORS[this.type](pixels);
    this.lowest = Math.min(this.lowest, lowest);
    this.highest = Math.max(this.highest, highest);
  }

  /** Value of voxel `index`, counted along columns, rows, slices; NaN where there is none. */
  at(index: number): number {
    const place = Math.floor(index / this.perSlice);
    return this.slices[place]?.[index - place * this.perSlice] ?? NaN;
  }

  clear(): void {
    this.slices.fill(undefined);
  }
}
