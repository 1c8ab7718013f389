import type { ImageSize } from './pixels.js';

/**
 * What an image shows. `waves`: something soft, with noise. `blocks`: four rows of four blocks, from black to white; each slice or frame begins one block further.
 * `phantom`: a test object of known values and lengths, for CT.
 */
export type Pattern = 'waves' | 'blocks' | 'phantom';

/** Values of the phantom's parts, in Hounsfield units, when 12 bits begin at -1024. */
export const PHANTOM_HU = { air: -1000, water: 0, bone: 700, fat: -100 } as const;

/** The square of bone, and where the band of fat begins in slice 0, as parts of the side of the image. */
export const PHANTOM = { boneFrom: 0.375, boneTo: 0.5625, fatFrom: 0.65625, fatHeight: 0.0625 } as const;

/** Level from 0 to 1 of a pixel; `slice` from 1. */
type LevelAt = (x: number, y: number, size: ImageSize, slice: number) => number;

const BLOCKS = 4;

/** Each slice or frame moves the levels on by one block. */
const blockLevel: LevelAt = (x, y, { rows, columns }, slice) => {
  const block = Math.floor((y * BLOCKS) / rows) * BLOCKS + Math.floor((x * BLOCKS) / columns);
  return ((block + slice - 1) % BLOCKS ** 2) / (BLOCKS ** 2 - 1);
};

/** A disc of water in air, a square of bone, a band of fat that goes down one pixel a slice. */
function phantomHu(x: number, y: number, { rows, columns }: ImageSize, slice: number): number {
  const [u, v] = [(2 * x) / columns - 1, (2 * y) / rows - 1];
  if (u * u + v * v > 0.7) return PHANTOM_HU.air;
  const within = (at: number, side: number): boolean => at >= PHANTOM.boneFrom * side && at < PHANTOM.boneTo * side;
  if (within(x, columns) && within(y, rows)) return PHANTOM_HU.bone;
  const down = y - slice - PHANTOM.fatFrom * rows;
  return down >= 0 && down < PHANTOM.fatHeight * rows ? PHANTOM_HU.fat : PHANTOM_HU.water;
}

export const LEVELS: Readonly<Record<Exclude<Pattern, 'waves'>, LevelAt>> = {
  blocks: blockLevel,
  phantom: (...place) => (phantomHu(...place) + 1024) / 4095,
};
