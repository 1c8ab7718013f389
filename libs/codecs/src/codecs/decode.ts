import type { ImageDescription } from '@drimbox/dicom';
import { photometricDecoded } from '../can-convert.js';
import { CodecError } from '../codec-error.js';
import { decodeExtended } from '../jpeg/extended.js';
import { decodeLossless } from '../jpeg/lossless.js';
import { normalise, type Pixels, sampleCount } from '../pixels.js';
import { familyOf } from '../syntaxes.js';
import { type CodestreamFacts, jpeg2000Facts, jpegFacts, toItsEnd } from './codestream.js';
import { withColourTransform } from './jpeg-colour.js';
import { unpackNative } from './native.js';
import { decodeRle } from './rle.js';
import { wasmCodec, type WasmDecoder, wasmDecode } from './wasm.js';

export interface DecodedFrame {
  readonly pixels: Pixels;
  readonly photometric: string;
}

/** Decodes one frame. Its codestream must be of the image that the head describes. Throws CodecError. */
export async function decodeFrame(bytes: Uint8Array, syntax: string, image: ImageDescription): Promise<DecodedFrame> {
  const bytesPerSample = image.bitsAllocated <= 8 ? 1 : 2;
  const decoded = await decodedSamples(bytes, syntax, image, bytesPerSample);
  const { columns, rows, samples, signed } = image;
  const pixels: Pixels = { columns, rows, samples, bytesPerSample, bits: image.bitsStored, signed, data: decoded };
  normalise(pixels);
  return { pixels, photometric: photometricDecoded(image.photometric, syntax) };
}

async function decodedSamples(
  bytes: Uint8Array,
  syntax: string,
  image: ImageDescription,
  width: 1 | 2,
): Promise<Uint8Array> {
  const family = familyOf(syntax);
  if (family === 'native') return unpackNative(bytes, image, width);
  if (family === 'rle') return decodeRle(bytes, image, width);
  if (!family) throw new CodecError('unsupported', 'no codec for this transfer syntax');
  const stream = toItsEnd(bytes);
  const facts = family === 'jpeg-2000' || family === 'htj2k' ? jpeg2000Facts(stream) : jpegFacts(stream);
  if (facts.columns !== image.columns || facts.rows !== image.rows || facts.samples !== image.samples) {
    throw new CodecError('malformed', 'codestream of another image');
  }
  if (facts.bits > image.bitsAllocated) throw new CodecError('malformed', 'samples larger than allocated');
  if (family === 'jpeg-lossless') return bytesOf(decodeLossless(stream, image).samples, width);
  if (family === 'jpeg' && facts.bits > 8) return bytesOf(decodeExtended(stream, image), width);
  const size = sampleCount(image) * (facts.bits <= 8 ? 1 : 2);
  return widened(await byWasm(family, stream, facts, image, size), facts, width);
}

async function byWasm(
  family: 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k',
  stream: Uint8Array,
  facts: CodestreamFacts,
  image: ImageDescription,
  size: number,
): Promise<Uint8Array> {
  switch (family) {
    case 'jpeg': {
      const codec = await wasmCodec<{ JPEGDecoder: new () => WasmDecoder }>('codec-libjpeg-turbo-8bit');
      return wasmDecode(new codec.JPEGDecoder(), withColourTransform(stream, facts.samples, image.photometric), size);
    }
    case 'jpeg-ls': {
      const codec = await wasmCodec<{ JpegLSDecoder: new () => LsDecoder }>('codec-charls');
      const decoder = new codec.JpegLSDecoder();
      return wasmDecode(decoder, stream, size, (raw) => woven(raw, decoder.getInterleaveMode(), image, facts));
    }
    case 'jpeg-2000': {
      const codec = await wasmCodec<{ J2KDecoder: new () => WasmDecoder }>('codec-openjpeg');
      return wasmDecode(new codec.J2KDecoder(), stream, size);
    }
    case 'htj2k': {
      const codec = await wasmCodec<{ HTJ2KDecoder: new () => WasmDecoder }>('codec-openjph');
      return wasmDecode(new codec.HTJ2KDecoder(), stream, size);
    }
  }
}

interface LsDecoder extends WasmDecoder {
  getInterleaveMode(): number;
}

/** JPEG-LS without interleave comes plane by plane. */
function woven(raw: Uint8Array, interleave: number, image: ImageDescription, facts: CodestreamFacts): Uint8Array {
  if (image.samples === 1 || interleave !== 0) return raw;
  return unpackNative(raw, { ...image, planar: 1, photometric: 'RGB' }, facts.bits <= 8 ? 1 : 2);
}

function bytesOf(samples: Uint16Array, width: 1 | 2): Uint8Array {
  return width === 2
    ? new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
    : Uint8Array.from(samples);
}

/** Codecs give a byte to samples of 8 bits; the image may have allocated 16. */
function widened(bytes: Uint8Array, facts: CodestreamFacts, width: 1 | 2): Uint8Array {
  if (facts.bits > 8 || width === 1) return bytes;
  return bytesOf(Uint16Array.from(bytes), 2);
}
