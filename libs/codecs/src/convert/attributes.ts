import { type Dataset, type HeadEdit, type ImageDescription, nativeFrameBytes } from '@drimbox/dicom';
import type { FrameResult } from '../pool/messages.js';
import { isLossyHere, wasLossy } from '../syntaxes.js';

const IMAGE_TYPE = 0x00080008;
const PHOTOMETRIC = 0x00280004;
const PLANAR = 0x00280006;
const LOSSY = 0x00282110;
const RATIO = 0x00282112;
const METHOD = 0x00282114;

/** Defined term of both JPEG DCT processes (PS3.3 §C.7.6.1.1.5.1). */
const JPEG_METHOD = 'ISO_10918_1';

/**
 * What a conversion changes in the head. Pixels that lose something here are marked: Image Type DERIVED (PS3.3 §C.7.6.1.1.2), and
 * Lossy Image Compression with its ratio and method after those it had before (§C.7.6.1.1.5). Pixels that lost something before stay marked
 * when they are decoded. The SOP Instance UID stays: the answer to a request for an instance is that instance (docs/decisions/codecs.md).
 * `first`: the first frame as encoded, whose size stands for the ratio.
 */
export function attributesAfter(
  head: Dataset,
  image: ImageDescription,
  from: string,
  to: string,
  first: FrameResult,
): readonly HeadEdit[] {
  const edits: HeadEdit[] = [{ tag: PHOTOMETRIC, vr: 'CS', value: first.photometric }];
  if (image.samples > 1) edits.push({ tag: PLANAR, vr: 'US', value: 0 });
  if (isLossyHere(to)) {
    const ratio = (nativeFrameBytes({ ...image, photometric: 'RGB' }) / first.bytes.length).toFixed(2);
    const [, ...rest] = head.getStrings(IMAGE_TYPE);
    edits.push(
      { tag: IMAGE_TYPE, vr: 'CS', value: ['DERIVED', ...(rest.length > 0 ? rest : ['PRIMARY'])].join('\\') },
      { tag: LOSSY, vr: 'CS', value: '01' },
      { tag: RATIO, vr: 'DS', value: [...head.getStrings(RATIO), ratio].join('\\') },
      { tag: METHOD, vr: 'CS', value: [...head.getStrings(METHOD), JPEG_METHOD].join('\\') },
    );
  } else if (wasLossy(from)) {
    edits.push({ tag: LOSSY, vr: 'CS', value: '01' });
  }
  return edits;
}
