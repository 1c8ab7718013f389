import type { PixelType } from './pixel-type.js';

/** A grey frame to be decoded and drawn at once, without the library. */
export interface FrameToDraw {
  readonly draw: true;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly transferSyntax: string;
  /** Pixels as the library's decoders want them described. */
  readonly imageFrame: object;
  readonly type: PixelType;
  readonly rescale: { readonly rescaleSlope: number; readonly rescaleIntercept: number; readonly modality: string };
  /** Values that become black and white. */
  readonly range: { readonly lower: number; readonly upper: number };
  readonly inverted: boolean;
}

/** Its pixels on screen, or nothing where it cannot be decoded. */
export interface DrawnFrame {
  readonly drawn: Uint8ClampedArray<ArrayBuffer> | undefined;
}

let early: Worker | undefined;

const begin = (): Worker => new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });

/** The decoder that is begun before there is anything to decode: its code is compiled while the first image travels. */
export const earlyDecoder = (): Worker => (early ??= begin());

/** A decoder for the library: the early one first. */
export function decoderForLibrary(): Worker {
  const worker = early ?? begin();
  early = undefined;
  return worker;
}

/** Nobody will come for the early one. */
export function endEarlyDecoder(): void {
  early?.terminate();
  early = undefined;
}
