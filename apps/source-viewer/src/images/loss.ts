import type { Loss } from '@drimbox/codecs';
import { type Dataset, Tag, type ImageDescription } from '@drimbox/dicom';

const jpeg = (suffix: number): string => `1.2.840.10008.1.2.4.${suffix}`;

/** What has certainly, or possibly, lost something already: losing more would help little and show. */
const LOST: ReadonlySet<string> = new Set([50, 51, 81, 91, 203].map(jpeg));

/** Frames smaller than this, in pixels uncompressed, arrive soon enough as they are. */
const SMALL_BYTES = 96 * 1024;
/** Of JPEG baseline, for colour. */
export const LOSSY_QUALITY = 85;
/** What has to be saved for a loss to be worth it. */
export const WORTH = 0.85;

/** A voxel of CT may move by so many Hounsfield units: well within its noise, and a measurement on it stays what it is. */
const MAX_HU = 4;
/** Of the range of the frame: less than one of the 256 greys it is shown with, at the window of its whole range. */
const DEEP_SHARE = 1 / 512;
const BYTE_SHARE = 1 / 100;

/** How an object may travel faster at the cost of its pixels. */
export type Lossy =
  /** JPEG-LS near-lossless (.81): every sample within a bound, so that values keep their meaning. */
  | { readonly kind: 'near'; readonly to: string; readonly loss: Loss }
  /** JPEG baseline (.50): colour of 8 bits. */
  | { readonly kind: 'jpeg'; readonly to: string };

/** Undefined: nothing may be lost, or nothing is worth it. @param stored transfer syntax of the object. */
export function lossyOf(image: ImageDescription, stored: string, dataset: Dataset): Lossy | undefined {
  const { rows, columns, samples, bitsAllocated, bitsStored, photometric } = image;
  if (LOST.has(stored) || (rows * columns * samples * bitsAllocated) / 8 < SMALL_BYTES) return undefined;
  // An index moved by one is another colour.
  if (photometric === 'PALETTE COLOR') return undefined;
  if (samples === 3) return bitsStored === 8 ? { kind: 'jpeg', to: jpeg(50) } : undefined;
  const share = bitsStored > 8 ? DEEP_SHARE : BYTE_SHARE;
  if (dataset.getString(Tag.Modality) !== 'CT') return { kind: 'near', to: jpeg(81), loss: { share } };
  const most = Math.floor(MAX_HU / steepest(dataset));
  return most < 1 ? undefined : { kind: 'near', to: jpeg(81), loss: { share, most } };
}

const RESCALE_SLOPE = 0x00281053;
const PIXEL_VALUE_TRANSFORMATION = 0x00289145;
/** Shared, and per frame (PS3.3 §C.7.6.16). */
const FUNCTIONAL_GROUPS = [0x52009229, 0x52009230];

/** The largest Rescale Slope of an object, in its head or in its functional groups. */
function steepest(dataset: Dataset): number {
  const groups = FUNCTIONAL_GROUPS.flatMap((tag) => dataset.getItems(tag));
  const rescaled = [dataset, ...groups.flatMap((group) => group.getItems(PIXEL_VALUE_TRANSFORMATION))];
  const slopes = rescaled.map((one) => Math.abs(Number(one.getString(RESCALE_SLOPE))));
  return Math.max(...slopes.filter((slope) => slope > 0), 0) || 1;
}
