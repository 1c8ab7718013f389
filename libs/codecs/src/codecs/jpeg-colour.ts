import { u16 } from '../jpeg/segments.js';

const APP0 = 0xe0;
const APP14 = 0xee;

/**
 * A colour JPEG that says what the head says: with RGB no transform, else YCbCr. Decoders guess by the markers of JFIF and Adobe,
 * which DICOM does not ask for and some writers get wrong (PS3.5 §8.2.1), so these are replaced by one.
 */
export function withColourTransform(stream: Uint8Array, samples: number, photometric: string): Uint8Array {
  if (samples !== 3) return stream;
  const transform = photometric === 'RGB' ? 0 : 1;
  const adobe = [0xff, APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];
  const kept: Uint8Array[] = [stream.subarray(0, 2), Uint8Array.from(adobe)];
  let at = 2;
  // Application segments stand before the tables and the frame.
  while (
    at + 4 <= stream.length &&
    stream[at] === 0xff &&
    (stream[at + 1] ?? 0) >= APP0 &&
    (stream[at + 1] ?? 0) <= 0xfe
  ) {
    const [marker, end] = [stream[at + 1], at + 2 + u16(stream, at + 2)];
    if (marker !== APP0 && marker !== APP14) kept.push(stream.subarray(at, end));
    at = end;
  }
  kept.push(stream.subarray(Math.min(at, stream.length)));
  return Buffer.concat(kept);
}
