/** Zigzag order (T.81 Figure A.6): place in the block of each coefficient. */
export const ZIGZAG = Uint8Array.of(
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
); // prettier-ignore

/** Luminance table (T.81 Table K.1), row by row. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
]; // prettier-ignore

/** Divisors in zigzag order for a quality of 1 to 100, scaled as usual: 50 is the table itself. */
export function quantisationTable(quality: number): Uint8Array {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const divisor = (place: number): number => Math.floor(((LUMINANCE[place] ?? 16) * scale + 50) / 100);
  return Uint8Array.from(ZIGZAG, (place) => Math.min(255, Math.max(1, divisor(place))));
}

/** Basis of the transform (T.81 §A.3.3): BASIS[8u + x] = C(u)/2 · cos((2x+1)uπ/16). */
const BASIS = Float64Array.from({ length: 64 }, (_, at) => {
  const [u, x] = [at >>> 3, at & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

const scratch = new Float64Array(64);

/** Block of samples to coefficients, in place. */
export function forwardDct(block: Float64Array): void {
  for (let y = 0; y < 8; y += 1) {
    for (let u = 0; u < 8; u += 1) {
      let sum = 0;
      for (let x = 0; x < 8; x += 1) sum += (block[8 * y + x] ?? 0) * (BASIS[8 * u + x] ?? 0);
      scratch[8 * y + u] = sum;
    }
  }
  for (let v = 0; v < 8; v += 1) {
    for (let u = 0; u < 8; u += 1) {
      let sum = 0;
      for (let y = 0; y < 8; y += 1) sum += (scratch[8 * y + u] ?? 0) * (BASIS[8 * v + y] ?? 0);
      block[8 * v + u] = sum;
    }
  }
}

/** Block of coefficients to samples, in place. */
export function inverseDct(block: Float64Array): void {
  for (let v = 0; v < 8; v += 1) {
    for (let x = 0; x < 8; x += 1) {
      let sum = 0;
      for (let u = 0; u < 8; u += 1) sum += (block[8 * v + u] ?? 0) * (BASIS[8 * u + x] ?? 0);
      scratch[8 * v + x] = sum;
    }
  }
  for (let y = 0; y < 8; y += 1) {
    for (let x = 0; x < 8; x += 1) {
      let sum = 0;
      for (let v = 0; v < 8; v += 1) sum += (scratch[8 * v + x] ?? 0) * (BASIS[8 * v + y] ?? 0);
      block[8 * y + x] = sum;
    }
  }
}
