import { imageLoader, type Types } from '@cornerstonejs/core';
import { PIXEL_BYTES, pixelType } from '../images/pixel-type.js';
import type { Series } from '../series/series.js';

/** Slices decoded, or being decoded, by image id. */
export type Decoded = Map<string, Promise<Types.IImage>>;

/**
 * Decodes the slices of a series that have arrived while the others travel, so that the volume is full soon after the last
 * one. Nothing is decoded when the whole would not fit into `maxBytes`. `decoded` holds what was begun.
 */
export function decodeArrived(series: Series, maxBytes: number, decoded: Decoded): void {
  const [first] = series.images;
  if (!first || first.samples > 1) return;
  const count = Math.max(series.expected ?? 0, series.images.length);
  if (first.rows * first.columns * PIXEL_BYTES[pixelType(first)] * count > maxBytes) return;
  for (const facts of series.images) {
    const imageId = series.imageIdOf(facts);
    if (decoded.has(imageId)) continue;
    const image = imageLoader.loadImage(imageId);
    decoded.set(imageId, image);
    // Who takes it learns of a failure.
    image.catch(() => undefined);
  }
}
