import type { ImageFacts } from './image-facts.js';

export type PixelType = 'Uint8Array' | 'Uint16Array' | 'Int16Array' | 'Float32Array';

/** Bytes of one decoded grey pixel. */
export const PIXEL_BYTES: Readonly<Record<PixelType, number>> = {
  Uint8Array: 1,
  Uint16Array: 2,
  Int16Array: 2,
  Float32Array: 4,
};

/**
 * The type that holds every rescaled value of a grey image. It depends on the head alone, so all slices of a series get
 * the same one and can stand in one volume.
 */
export function pixelType({ bitsStored, bitsAllocated, signed, slope, intercept }: ImageFacts): PixelType {
  if (!Number.isInteger(slope) || !Number.isInteger(intercept) || bitsAllocated > 16) return 'Float32Array';
  const negative = signed || intercept < 0 || slope < 0;
  if (bitsAllocated <= 8 && !negative && slope === 1 && intercept === 0) return 'Uint8Array';
  if (negative) return 'Int16Array';
  return 2 ** bitsStored * slope + intercept <= 65_536 ? 'Uint16Array' : 'Float32Array';
}
