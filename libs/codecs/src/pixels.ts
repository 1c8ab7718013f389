/**
 * Decoded pixels between two codecs: colour by pixel, one or two bytes a sample, little endian. A sample's value is in its low
 * `bits`; the bits above repeat the sign, or are zero.
 */
export interface Pixels {
  readonly columns: number;
  readonly rows: number;
  readonly samples: number;
  readonly bytesPerSample: 1 | 2;
  readonly bits: number;
  readonly signed: boolean;
  readonly data: Uint8Array;
}

export const sampleCount = ({ columns, rows, samples }: Pick<Pixels, 'columns' | 'rows' | 'samples'>): number =>
  columns * rows * samples;

/** The samples as numbers without sign; 16-bit ones are copied only when their memory is not aligned. */
export function unsignedSamples({ data, bytesPerSample }: Pixels): Uint8Array | Uint16Array {
  if (bytesPerSample === 1) return data;
  const aligned = data.byteOffset % 2 === 0 ? data : data.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length >> 1);
}

/** Smallest and largest sample, with their sign. */
export function rangeOf(pixels: Pixels): { readonly smallest: number; readonly largest: number } {
  const words = unsignedSamples(pixels);
  const { buffer, byteOffset, length } = words;
  const [Bytes, Words] = [Int8Array, Int16Array];
  const signed =
    pixels.bytesPerSample === 1 ? new Bytes(buffer, byteOffset, length) : new Words(buffer, byteOffset, length);
  const samples = pixels.signed ? signed : words;
  let [smallest, largest] = [samples[0] ?? 0, samples[0] ?? 0];
  for (const sample of samples) {
    if (sample < smallest) smallest = sample;
    else if (sample > largest) largest = sample;
  }
  return { smallest, largest };
}

/** Makes the bits above `bits` repeat the sign, or zero, in place (PS3.5 §8.1.1 leaves them free). */
export function normalise(pixels: Pixels): void {
  const width = pixels.bytesPerSample * 8;
  if (pixels.bits === width) return;
  const samples = unsignedSamples(pixels);
  const mask = 2 ** pixels.bits - 1;
  const sign = pixels.signed ? 2 ** (pixels.bits - 1) : 0;
  for (let at = 0; at < samples.length; at += 1) samples[at] = (((samples[at] ?? 0) & mask) ^ sign) - sign;
  if (samples.buffer !== pixels.data.buffer) pixels.data.set(new Uint8Array(samples.buffer));
}
