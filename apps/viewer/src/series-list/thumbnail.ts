import { imageLoader } from '@cornerstonejs/core';
import { rangeOf, windowFrom } from '../tools/presets.js';

const SIDE = 64;

/** Draws a frame small. Throws when it cannot be decoded. */
export async function drawThumbnail(imageId: string, canvas: HTMLCanvasElement): Promise<void> {
  const image = await imageLoader.loadAndCacheImage(imageId);
  const pixels = image.getPixelData();
  const window = windowFrom({ lower: image.minPixelValue, upper: image.maxPixelValue });
  const [center, width] = [image.windowCenter, image.windowWidth].map((value) => [value].flat()[0]);
  const range = rangeOf(center === undefined || !width ? window : { center, width });
  const scale = Math.max(image.columns, image.rows) / SIDE;
  canvas.width = Math.max(1, Math.round(image.columns / scale));
  canvas.height = Math.max(1, Math.round(image.rows / scale));
  const context = canvas.getContext('2d');
  if (!context) return;
  const drawn = context.createImageData(canvas.width, canvas.height);
  const components = image.color ? pixels.length / (image.columns * image.rows) : 1;
  for (let y = 0; y < canvas.height; y += 1) {
    for (let x = 0; x < canvas.width; x += 1) {
      const row = Math.min(image.rows - 1, Math.floor(y * scale));
      const from = (row * image.columns + Math.min(image.columns - 1, Math.floor(x * scale))) * components;
      const to = (y * canvas.width + x) * 4;
      for (let colour = 0; colour < 3; colour += 1) {
        const value = pixels[components === 1 ? from : from + colour] ?? 0;
        const level = image.color ? value : (255 * (value - range.lower)) / (range.upper - range.lower);
        drawn.data[to + colour] = image.invert ? 255 - level : level;
      }
      drawn.data[to + 3] = 255;
    }
  }
  context.putImageData(drawn, 0, 0);
}
