import type { Cut } from './cut.js';

/** Values drawn black and white, and which of them is which. */
export interface Window {
  readonly lower: number;
  readonly upper: number;
  readonly invert: boolean;
}

const OPAQUE = 0xff00_0000;

/** Grey levels of a cut (PS3.3 §C.11.2.1.2: linear between the limits), as RGBA; black where there is no value. */
export function greyOf({ values }: Cut, { lower, upper, invert }: Window, into: Uint32Array): void {
  const scale = 255 / Math.max(upper - lower, Number.EPSILON);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? NaN;
    const level = (value - lower) * scale + 0.5;
    let grey = level > 0 ? (level < 255 ? level | 0 : 255) : 0;
    if (invert && value === value) grey = 255 - grey;
    into[at] = OPAQUE | (grey * 0x01_0101);
  }
}

/** Draws cuts on a canvas; keeps what it needs for the next. */
export class Painter {
  private readonly scratch = document.createElement('canvas');
  private image: ImageData | undefined;

  constructor(private readonly canvas: HTMLCanvasElement) {}

  paint(cut: Cut, window: Window): void {
    const drawing = this.canvas.getContext('2d');
    const scratch = this.scratch.getContext('2d');
    if (!drawing || !scratch) return;
    drawing.setTransform(1, 0, 0, 1, 0, 0);
    drawing.fillStyle = 'black';
    drawing.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const { width, height } = cut;
    if (width === 0 || height === 0) return;
    if (this.image?.width !== width || this.image.height !== height) {
      [this.scratch.width, this.scratch.height] = [width, height];
      this.image = new ImageData(width, height);
    }
    greyOf(cut, window, new Uint32Array(this.image.data.buffer));
    scratch.putImageData(this.image, 0, 0);
    drawing.imageSmoothingEnabled = true;
    drawing.imageSmoothingQuality = 'medium';
    drawing.setTransform(cut.stepX, 0, 0, cut.stepY, cut.left, cut.top);
    drawing.drawImage(this.scratch, 0, 0);
    drawing.setTransform(1, 0, 0, 1, 0, 0);
  }
}
