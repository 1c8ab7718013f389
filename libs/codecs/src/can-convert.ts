import type { ImageDescription } from '@drimbox/dicom';
import { ENCODED, familyOf, Syntax } from './syntaxes.js';

/**
 * Whether an object can be brought from one transfer syntax to another here: both have a codec, and its pixels fit them. An object
 * without an image changes its encoding only. Nothing of the pixels is looked at, so a damaged codestream may still fail.
 */
export function canConvert(image: ImageDescription | undefined, from: string, to: string): boolean {
  const [source, target] = [familyOf(from), familyOf(to)];
  if (!source || !target || !ENCODED.has(to)) return false;
  // Only the encoding of the data set changes: any pixels will do.
  if (source === 'native' && target === 'native') return true;
  return image !== undefined && isDecodable(image) && isEncodable(image, from, to);
}

/** Whole bytes, one or three samples, values in the low bits. */
function isDecodable({ bitsAllocated, bitsStored, highBit, samples }: ImageDescription): boolean {
  return (
    (bitsAllocated === 8 || bitsAllocated === 16) && highBit === bitsStored - 1 && (samples === 1 || samples === 3)
  );
}

function isEncodable(image: ImageDescription, from: string, to: string): boolean {
  const { samples, bitsStored, bitsAllocated, signed } = image;
  const colour = samples === 3;
  const photometric = photometricDecoded(image.photometric, from);
  switch (familyOf(to)) {
    case 'jpeg-2000':
      // The codec reads signed samples of one byte as unsigned ones.
      return fitsWavelet(image, photometric) && !(signed && bitsStored <= 8);
    case 'htj2k':
      return fitsWavelet(image, photometric);
    case 'jpeg':
      if (signed || photometric === 'PALETTE COLOR') return false;
      if (bitsStored === 8 && bitsAllocated === 8) return !colour || photometric === 'RGB';
      // A decoder may overshoot: fewer than 12 bits have no room for it.
      return to === Syntax.JpegExtended && bitsStored === 12 && !colour;
    case 'jpeg-lossless':
    case 'jpeg-ls':
      return !isOneBit(bitsStored);
    default:
      return true;
  }
}

/** Both codecs apply the reversible transform to colour, which has room for 8 bits only, and is for RGB alone. */
function fitsWavelet({ samples, bitsAllocated, bitsStored, signed }: ImageDescription, photometric: string): boolean {
  return samples === 3 ? bitsAllocated === 8 && !signed && photometric === 'RGB' : !isOneBit(bitsStored);
}

/** T.81 and T.87 begin at 2 bits. */
const isOneBit = (bits: number): boolean => bits < 2;

/** The colour space of pixels once decoded (PS3.3 §C.7.6.3.1.2). */
export function photometricDecoded(photometric: string, from: string): string {
  if (photometric === 'YBR_RCT' || photometric === 'YBR_ICT') return 'RGB';
  // JPEG decoders make RGB of it; without a codec, chrominance is given to each pixel.
  if (familyOf(from) === 'jpeg') return photometric.startsWith('YBR_') ? 'RGB' : photometric;
  return photometric === 'YBR_FULL_422' ? 'YBR_FULL' : photometric;
}
