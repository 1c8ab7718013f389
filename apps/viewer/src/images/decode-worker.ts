import { decodeImageFrame } from 'image-loader-parts/decodeImageFrameWorker.js';
import { initialize } from 'image-loader-parts/shared/decoders/decodeJPEGLS.js';
import type { DrawnFrame, FrameToDraw } from './decoder.js';
import { shades } from './shades.js';

// The import above answers the library; this answers the page, before the library is there.
addEventListener('message', ({ data }: MessageEvent<Partial<FrameToDraw>>) => {
  if (data.draw) void draw(data as FrameToDraw).then(answer, () => answer(undefined));
});

async function draw(asked: FrameToDraw): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const { bytes, transferSyntax, imageFrame, type, rescale, range, inverted } = asked;
  const scaled = rescale.rescaleSlope !== 1 || rescale.rescaleIntercept !== 0;
  // What the library would ask for the same frame.
  const options = {
    targetBuffer: { type },
    preScale: { enabled: scaled, ...(scaled && { scalingParameters: rescale }) },
  };
  const { pixelData } = await decodeImageFrame(imageFrame, transferSyntax, bytes, {}, options);
  return shades(pixelData, range, inverted);
}

function answer(drawn: Uint8ClampedArray<ArrayBuffer> | undefined): void {
  const said: DrawnFrame = { drawn };
  postMessage(said, { transfer: drawn ? [drawn.buffer] : [] });
}

// What most images travel in (docs/image-api.md).
void initialize().catch(() => undefined);
