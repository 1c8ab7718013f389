import type { Attribute } from './dicom-writer.js';
import { LEVELS, type Pattern } from './patterns.js';

export interface ImageSize {
  readonly rows: number;
  readonly columns: number;
}

/** What an image is painted with; `instance` from 1. */
export interface Painting {
  readonly size: ImageSize;
  readonly frames: number;
  readonly seed: number;
  readonly pattern?: Pattern;
  readonly instance: number;
}

/** Calls `put` for each pixel in order with a level from 0 to 1. */
function paint(painting: Painting, put: (level: number) => void): void {
  const { pattern = 'waves', size, frames, instance } = painting;
  if (pattern === 'waves') return paintWaves(painting, put);
  const levelAt = LEVELS[pattern];
  for (let frame = 0; frame < frames; frame += 1) {
    for (let y = 0; y < size.rows; y += 1) {
      // A hair more, so that what is truncated afterwards is the value meant.
      for (let x = 0; x < size.columns; x += 1) put(levelAt(x, y, size, instance + frame) + 1e-9);
    }
  }
}

/** An image that compresses like one: an ellipse with soft waves on a dark ground, and noise; same seed, same levels. */
function paintWaves({ size: { rows, columns }, frames, seed }: Painting, put: (level: number) => void): void {
  const across = Float64Array.from({ length: columns }, (_, x) => (2 * x) / columns - 1);
  let noise = seed | 1;
  for (let frame = 0; frame < frames; frame += 1) {
    const waves = across.map((u) => 0.2 * Math.sin(9 * u + (seed % 97) + frame));
    for (let y = 0; y < rows; y += 1) {
      const v = (2 * y) / rows - 1;
      const ripple = Math.cos(7 * v);
      for (let x = 0; x < columns; x += 1) {
        noise ^= noise << 13; // xorshift32
        noise ^= noise >>> 17;
        noise ^= noise << 5;
        const u = across[x] ?? 0;
        const inside = u * u * 1.4 + v * v * 1.8 < 1;
        const level = inside ? 0.5 + (waves[x] ?? 0) * ripple : 0.02;
        put(Math.max(0, level + ((noise >>> 24) - 128) / 8192));
      }
    }
  }
}

/** Image Pixel attributes of 16-bit grey values, `stored` bits of which are used. */
export function grey16(painting: Painting, stored: number): Attribute[] {
  const { size, frames } = painting;
  const pixels = new Uint16Array(size.rows * size.columns * frames);
  const top = 2 ** stored - 1;
  let at = 0;
  paint(painting, (level) => (pixels[at++] = level * top));
  const bytes = Buffer.from(pixels.buffer);
  return [...shape(size, 1, 16, stored), [0x0028_0004, 'CS', 'MONOCHROME2'], [0x7fe0_0010, 'OW', bytes]];
}

/** Image Pixel attributes of 8-bit grey values. */
export function grey8(painting: Painting): Attribute[] {
  const { size, frames } = painting;
  const bytes = Buffer.alloc(size.rows * size.columns * frames);
  let at = 0;
  paint(painting, (level) => (bytes[at++] = level * 255));
  return [...shape(size, 1, 8, 8), [0x0028_0004, 'CS', 'MONOCHROME2'], [0x7fe0_0010, 'OB', bytes]];
}

/** Image Pixel attributes of interleaved RGB. */
export function rgb8(painting: Painting): Attribute[] {
  const { size, frames, pattern } = painting;
  const bytes = Buffer.alloc(size.rows * size.columns * frames * 3);
  let at = 0;
  paint(painting, (level) => {
    const grey = level * 255;
    if (pattern === 'blocks') {
      bytes[at++] = grey;
      bytes[at++] = 255 - grey * 0.8;
      bytes[at++] = (grey * 3) % 256;
      return;
    }
    bytes[at++] = grey;
    bytes[at++] = grey;
    bytes[at++] = grey > 170 ? 255 : grey;
  });
  return [...shape(size, 3, 8, 8), [0x0028_0004, 'CS', 'RGB'], [0x0028_0006, 'US', 0], [0x7fe0_0010, 'OB', bytes]];
}

const shape = ({ rows, columns }: ImageSize, samples: number, allocated: number, stored: number): Attribute[] => [
  [0x0028_0002, 'US', samples],
  [0x0028_0010, 'US', rows],
  [0x0028_0011, 'US', columns],
  [0x0028_0100, 'US', allocated],
  [0x0028_0101, 'US', stored],
  [0x0028_0102, 'US', stored - 1],
  [0x0028_0103, 'US', 0],
];
