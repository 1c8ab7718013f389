import type { Attribute } from './dicom-writer.js';

export interface ImageSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * A phantom that compresses like an image: an ellipse with soft waves on a dark ground, and noise. Calls `put` for each
 * pixel in order with a level from 0 to 1; same seed, same levels.
 */
function paint({ rows, columns }: ImageSize, frames: number, seed: number, put: (level: number) => void): void {
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
export function grey16(size: ImageSize, frames: number, stored: number, seed: number): Attribute[] {
  const pixels = new Uint16Array(size.rows * size.columns * frames);
  const top = 2 ** stored - 1;
  let at = 0;
  paint(size, frames, seed, (level) => (pixels[at++] = level * top));
  const bytes = Buffer.from(pixels.buffer);
  return [...shape(size, 1, 16, stored), [0x0028_0004, 'CS', 'MONOCHROME2'], [0x7fe0_0010, 'OW', bytes]];
}

/** Image Pixel attributes of 8-bit grey values. */
export function grey8(size: ImageSize, frames: number, seed: number): Attribute[] {
  const bytes = Buffer.alloc(size.rows * size.columns * frames);
  let at = 0;
  paint(size, frames, seed, (level) => (bytes[at++] = level * 255));
  return [...shape(size, 1, 8, 8), [0x0028_0004, 'CS', 'MONOCHROME2'], [0x7fe0_0010, 'OB', bytes]];
}

/** Image Pixel attributes of interleaved RGB. */
export function rgb8(size: ImageSize, frames: number, seed: number): Attribute[] {
  const bytes = Buffer.alloc(size.rows * size.columns * frames * 3);
  let at = 0;
  paint(size, frames, seed, (level) => {
    const grey = level * 255;
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
