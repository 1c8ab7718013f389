import type { LookupTable } from './tables.js';

/** Values through a lookup table (PS3.3 §C.11.1.1.1): below its first value the first entry, above its last the last. */
export function applyTable(values: ArrayLike<number>, { firstValue, entries }: LookupTable): Uint16Array {
  const mapped = new Uint16Array(values.length);
  const last = entries.length - 1;
  for (let at = 0; at < values.length; at += 1) {
    const index = (values[at] ?? 0) - firstValue;
    mapped[at] = entries[index < 0 ? 0 : index > last ? last : index] ?? 0;
  }
  return mapped;
}

/** Half the columns and rows, each pixel the mean of four. */
export function halved<T extends Int16Array | Uint16Array | Uint8Array | Float32Array>(
  pixels: T,
  columns: number,
  rows: number,
): T {
  const [width, height] = [columns >> 1, rows >> 1];
  const small = new (pixels.constructor as new (length: number) => T)(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 2 * y * columns + 2 * x;
      const sum =
        (pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + columns] ?? 0) + (pixels[at + columns + 1] ?? 0);
      small[y * width + x] = sum / 4;
    }
  }
  return small;
}
