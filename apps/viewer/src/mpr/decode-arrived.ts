import { imageLoader } from '@cornerstonejs/core';
import { PIXEL_BYTES, pixelType } from '../images/pixel-type.js';
import type { Series } from '../series/series.js';

/**
 * Decodes the slices of a series that have arrived while the others travel, so that the volume is full soon after the last
 * one. Nothing is decoded when the whole would not fit into `maxBytes`. `decoded` holds what was begun.
 */
export function decodeArrived(series: Series, maxBytes: number, decoded: Set<string>): void {
  const [first] = series.images;
  if (!first || first.samples > 1) return;
  const count = Math.max(series.expected ?? 0, series.images.length);
  if (first.rows * first.columns * PIXEL_BYTES[pixelType(first)] * count > maxBytes) return;
  for (const facts of series.images) {
    const imageId = series.imageIdOf(facts);
    if (decoded.has(imageId)) continue;
    decoded.add(imageId);
    void imageLoader.loadAndCacheImage(imageId).catch(() => undefined);
  }
}
