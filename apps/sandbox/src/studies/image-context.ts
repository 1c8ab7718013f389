import type { Attribute } from './dicom-writer.js';
import { grey16, type ImageSize } from './pixels.js';

/** What the attributes of one image depend on. */
export interface ImageContext {
  /** From 1. */
  readonly instance: number;
  readonly instances: number;
  readonly size: ImageSize;
  readonly frames: number;
  readonly seed: number;
  readonly frameOfReference: string;
}

/** The pixels of most grey images: 12 bits stored in 16. */
export const grey12 = ({ size, frames, seed }: ImageContext): Attribute[] => grey16(size, frames, 12, seed);
