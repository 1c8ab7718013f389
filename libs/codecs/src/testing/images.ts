import type { ImageDescription } from '@drimbox/dicom';

/** Seeded generator (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function image(more: Partial<ImageDescription> = {}): ImageDescription {
  const bitsStored = more.bitsStored ?? 12;
  return {
    rows: 61,
    columns: 83,
    frames: 1,
    samples: 1,
    photometric: (more.samples ?? 1) === 3 ? 'RGB' : 'MONOCHROME2',
    bitsAllocated: bitsStored > 8 ? 16 : 8,
    bitsStored,
    highBit: bitsStored - 1,
    signed: false,
    planar: 0,
    ...more,
  };
}

/** How its samples vary: smoothly as in an image, or as noise that no codec can make smaller. */
export type Texture = 'smooth' | 'noise';

/** Native pixels, colour by pixel, over the whole range of the bits stored; the bits above repeat the sign. */
export function nativePixels(description: ImageDescription, texture: Texture = 'smooth', seed = 1): Buffer {
  const { rows, columns, samples, bitsAllocated, bitsStored, signed } = description;
  const random = seededRandom(seed);
  const range = 2 ** bitsStored;
  const bytes = Buffer.from(new ArrayBuffer(rows * columns * samples * (bitsAllocated / 8)));
  for (let at = 0; at < rows * columns * samples; at += 1) {
    const [x, y] = [Math.floor(at / samples) % columns, Math.floor(at / samples / columns)];
    const wave = (Math.sin(x / 9 + (at % samples)) + Math.cos(y / 7) + 2) / 4;
    const unsigned =
      texture === 'noise'
        ? Math.floor(random() * range)
        : Math.floor(wave * (range - 1) * 0.98 + random() * 3 * (range > 64 ? 1 : 0));
    const value = Math.min(unsigned, range - 1) - (signed ? range / 2 : 0);
    if (bitsAllocated === 8) bytes[at] = value;
    else bytes.writeUInt16LE(value & 0xffff, at * 2);
  }
  return bytes;
}

/** Largest difference of two frames of native samples. */
export function largestDifference(a: Uint8Array, b: Uint8Array, bitsAllocated: number): number {
  const read = (bytes: Uint8Array, at: number): number =>
    bitsAllocated === 8 ? (bytes[at] ?? 0) : ((bytes[2 * at + 1] ?? 0) << 8) | (bytes[2 * at] ?? 0);
  let largest = a.length === b.length ? 0 : Infinity;
  for (let at = 0; at < a.length / (bitsAllocated / 8); at += 1)
    largest = Math.max(largest, Math.abs(read(a, at) - read(b, at)));
  return largest;
}
