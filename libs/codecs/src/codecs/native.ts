import type { ImageDescription } from '@drimbox/dicom';
import { CodecError } from '../codec-error.js';

/** A native frame as colour by pixel (PS3.3 §C.7.6.3.1.3): planes are woven, chrominance of 4:2:2 given to both its pixels. */
export function unpackNative(bytes: Uint8Array, image: ImageDescription, width: 1 | 2): Uint8Array {
  const { samples, rows, columns, planar, photometric } = image;
  const pixels = rows * columns;
  if (samples === 3 && photometric === 'YBR_FULL_422') return fullChrominance(bytes, pixels, width);
  if (bytes.length !== pixels * samples * width) throw new CodecError('malformed', 'pixels of another size');
  if (samples === 1 || planar === 0) return bytes;
  const out = new Uint8Array(bytes.length);
  for (let sample = 0; sample < samples; sample += 1) {
    const plane = sample * pixels * width;
    for (let at = 0; at < pixels * width; at += 1) {
      const [pixel, byte] = [Math.floor(at / width), at % width];
      out[(pixel * samples + sample) * width + byte] = bytes[plane + at] ?? 0;
    }
  }
  return out;
}

/** Y1 Y2 Cb Cr → Y1 Cb Cr Y2 Cb Cr, bytes. */
function fullChrominance(bytes: Uint8Array, pixels: number, width: 1 | 2): Uint8Array {
  if (width !== 1 || bytes.length !== pixels * 2) throw new CodecError('unsupported', '4:2:2 of more than 8 bits');
  const out = new Uint8Array(pixels * 3);
  for (let pair = 0; pair < pixels / 2; pair += 1) {
    const [first = 0, second = 0, blue = 0, red = 0] = bytes.subarray(4 * pair, 4 * pair + 4);
    out.set([first, blue, red, second, blue, red], 6 * pair);
  }
  return out;
}
