import type { VR } from '../dataset/vr.js';

const WORDS: Partial<Readonly<Record<VR, number>>> = {
  US: 2, SS: 2, OW: 2, AT: 2, UL: 4, SL: 4, FL: 4, OF: 4, OL: 4, FD: 8, OD: 8, SV: 8, UV: 8, OV: 8,
}; // prettier-ignore

/** Bytes that byte ordering turns around in a value of this VR (PS3.5 §7.3). */
export const wordSize = (vr: VR): number => WORDS[vr] ?? 1;

/** The bytes with the order of each word reversed, in a copy; bytes after the last whole word stay. */
export function swapped(bytes: Buffer, word: number): Buffer {
  if (word === 1) return bytes;
  const copy = Buffer.from(bytes);
  const whole = copy.subarray(0, copy.length - (copy.length % word));
  if (word === 2) whole.swap16();
  else if (word === 4) whole.swap32();
  else whole.swap64();
  return copy;
}
