/** Largest value of a half-precision float (IEEE 754 binary16). */
const LARGEST = 65_504;

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/**
 * Bits of the half-precision float nearest to an integer, ties to even. Integers up to 2,048 are exact, larger ones within
 * a part in 2,048; beyond the range the largest value stands.
 */
export function halfBitsOf(integer: number): number {
  scratch[0] = Math.max(-LARGEST, Math.min(LARGEST, integer));
  const bits = scratchBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  // An integer is zero or at least one, so it is never a subnormal half.
  if (exponent <= 0) return sign;
  const fraction = bits & 0x7f_ffff;
  const kept = fraction >>> 13;
  const lost = fraction & 0x1fff;
  const up = lost > 0x1000 || (lost === 0x1000 && (kept & 1) === 1) ? 1 : 0;
  // A carry out of the fraction goes into the exponent, which is what it should do.
  return sign | (((exponent << 10) | kept) + up);
}

const tables = new Map<string, Uint16Array>();

/** Bits of every 16-bit integer as a half-precision float, by its own bits. */
function tableOf(signed: boolean): Uint16Array {
  const key = String(signed);
  const known = tables.get(key);
  if (known) return known;
  const table = Uint16Array.from({ length: 65_536 }, (_, bits) =>
    halfBitsOf(signed && bits > 32_767 ? bits - 65_536 : bits),
  );
  tables.set(key, table);
  return table;
}

/** 16-bit integers as half-precision floats, for a texture. */
export function toHalfFloats(values: Int16Array | Uint16Array): Uint16Array {
  const table = tableOf(values instanceof Int16Array);
  const bits = new Uint16Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(bits.length);
  for (let at = 0; at < bits.length; at += 1) halves[at] = table[bits[at] ?? 0] ?? 0;
  return halves;
}
