import type { FrameToDraw } from '../images/decoder.js';
import type { StoredFrame } from '../images/frame-store.js';
import type { ImageFacts } from '../images/image-facts.js';
import { metadataModule } from '../images/metadata-modules.js';
import { pixelType } from '../images/pixel-type.js';
import { isExact, rangeOf } from '../tools/presets.js';

/** Larger ones take longer to draw here than the library takes to come. */
const MAX_PIXELS = 2 ** 22;

/** What has to be drawn; undefined when that is more than a straight window over grey values without loss. */
export function drawable(facts: ImageFacts, { bytes, transferSyntax, lossy }: StoredFrame): FrameToDraw | undefined {
  const { photometric, windowFunction, modality, rows, columns, spacing } = facts;
  const [window] = facts.windows;
  const grey = facts.samples === 1 && !facts.palette && /^MONOCHROME[12]$/.test(photometric);
  const straight = window && /^LINEAR(_EXACT)?$/.test(windowFunction) && !facts.modalityTable;
  const plain = !lossy && !facts.lossy && !facts.overlays && modality !== 'PT' && modality !== 'RTDOSE';
  const square = !spacing || Math.abs(spacing.row / spacing.column - 1) < 1e-3;
  if (!grey || !straight || !plain || !square || rows * columns > MAX_PIXELS) return undefined;
  return {
    draw: true,
    bytes,
    transferSyntax,
    imageFrame: metadataModule('imagePixelModule', facts) ?? {},
    type: pixelType(facts),
    rescale: { rescaleSlope: facts.slope, rescaleIntercept: facts.intercept, modality },
    range: rangeOf(window, isExact(facts)),
    inverted: photometric === 'MONOCHROME1',
  };
}
