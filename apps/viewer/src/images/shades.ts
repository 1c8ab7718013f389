/** Grey values as pixels of a canvas: `lower` black, `upper` white, straight in between. */
export function shades(
  values: ArrayLike<number>,
  { lower, upper }: { readonly lower: number; readonly upper: number },
  inverted: boolean,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length);
  const scale = 255 / Math.max(upper - lower, Number.EPSILON);
  for (let at = 0, to = 0; at < values.length; at += 1, to += 4) {
    // Rounded and held within 0 and 255 by the array.
    pixels[to] = ((values[at] ?? 0) - lower) * scale;
    const level = pixels[to] ?? 0;
    pixels[to] = pixels[to + 1] = pixels[to + 2] = inverted ? 255 - level : level;
    pixels[to + 3] = 255;
  }
  return pixels;
}
