import type { Dataset } from '../dataset/dataset.js';
import { Tag } from '../dataset/tags.js';

/** Pixels as the head of an object describes them (PS3.3 §C.7.6.3). */
export interface ImageDescription {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: number;
  readonly photometric: string;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** 0: colour by pixel, 1: colour by plane. */
  readonly planar: number;
}

const PLANAR_CONFIGURATION = 0x00280006;

/**
 * The image of an object, undefined when its head describes none. Sizes are bounded here by their VRs alone: budgets are the
 * codecs' matter.
 */
export function describeImage(head: Dataset): ImageDescription | undefined {
  const [rows, columns, samples] = [head.getInt(Tag.Rows), head.getInt(Tag.Columns), head.getInt(Tag.SamplesPerPixel)];
  const bitsAllocated = head.getInt(Tag.BitsAllocated);
  const photometric = head.getString(Tag.PhotometricInterpretation);
  if (!rows || !columns || !samples || !bitsAllocated || photometric === undefined) return undefined;
  const bitsStored = head.getInt(Tag.BitsStored) ?? bitsAllocated;
  const frames = head.getInt(Tag.NumberOfFrames) ?? 1;
  if (frames < 1 || bitsStored < 1 || bitsStored > bitsAllocated || bitsAllocated > 64) return undefined;
  return {
    rows,
    columns,
    frames,
    samples,
    photometric,
    bitsAllocated,
    bitsStored,
    highBit: head.getInt(Tag.HighBit) ?? bitsStored - 1,
    signed: head.getInt(Tag.PixelRepresentation) === 1,
    planar: head.getInt(PLANAR_CONFIGURATION) ?? 0,
  };
}

/** Bytes of one native frame; a fraction when frames do not begin on a byte (PS3.5 §8.1.1, §8.2). */
export function nativeFrameBytes(image: ImageDescription): number {
  // Cb and Cr once for two pixels (PS3.3 §C.7.6.3.1.2).
  const samples = image.photometric === 'YBR_FULL_422' && image.samples === 3 ? 2 : image.samples;
  return (image.rows * image.columns * samples * image.bitsAllocated) / 8;
}
