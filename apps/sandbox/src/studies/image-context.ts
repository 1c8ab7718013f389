import type { Attribute } from './dicom-writer.js';
import { grey16, type Painting } from './pixels.js';

/** What the attributes of one image depend on. */
export interface ImageContext extends Painting {
  readonly instances: number;
  readonly frameOfReference: string;
}

/** The pixels of most grey images: 12 bits stored in 16. */
export const grey12 = (context: ImageContext): Attribute[] => grey16(context, 12);
