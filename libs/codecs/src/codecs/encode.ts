import { CodecError } from '../codec-error.js';
import { encodeExtended } from '../jpeg/extended.js';
import { encodeLossless } from '../jpeg/lossless.js';
import { type Pixels, rangeOf } from '../pixels.js';
import { familyOf, Syntax } from '../syntaxes.js';
import { encodeRle } from './rle.js';
import { wasmCodec, type WasmEncoder, wasmEncode, type WasmFrameInfo } from './wasm.js';

export interface EncodedFrame {
  readonly bytes: Uint8Array;
  /** Photometric Interpretation of the encoded pixels. */
  readonly photometric: string;
}

/** How far a sample may move in JPEG-LS near-lossless (.81): a bound that the codec keeps for each of them. */
export interface Loss {
  /** Of the range from the smallest to the largest sample of the frame; 1 at least. */
  readonly share: number;
  /** Never more than so many units. */
  readonly most?: number;
}

export interface EncodeOptions {
  /** Of lossy JPEG, 1 to 100. */
  readonly quality: number;
  /** Of .81; without it nothing is lost. */
  readonly loss?: Loss | undefined;
}

/** Turbo's names: 4:2:2, and no chrominance at all. */
const SAMPLING_422 = 1;
const SAMPLING_GREY = 3;

/** Encodes one frame; what `canConvert` refuses must not come here. Throws CodecError. */
export async function encodeFrame(
  pixels: Pixels,
  photometric: string,
  syntax: string,
  { quality, loss }: EncodeOptions,
): Promise<EncodedFrame> {
  const colour = pixels.samples === 3;
  switch (familyOf(syntax)) {
    case 'native':
      return { bytes: pixels.data, photometric };
    case 'rle':
      return { bytes: encodeRle(pixels), photometric };
    case 'jpeg-lossless':
      return { bytes: encodeLossless(pixels, precisionOf(pixels)), photometric };
    case 'jpeg-ls':
      return { bytes: await jpegLs(pixels, syntax === Syntax.JpegLsNear ? nearOf(pixels, loss) : 0), photometric };
    case 'jpeg-2000':
      return { bytes: await jpeg2000(pixels), photometric: colour ? 'YBR_RCT' : photometric };
    case 'htj2k':
      return { bytes: await htj2k(pixels, syntax), photometric: colour ? 'YBR_RCT' : photometric };
    case 'jpeg':
      if (pixels.bits > 8) return { bytes: encodeExtended(pixels, quality), photometric };
      return { bytes: await baseline(pixels, quality, syntax), photometric: colour ? 'YBR_FULL_422' : photometric };
    default:
      throw new CodecError('unsupported', 'no codec for this transfer syntax');
  }
}

/**
 * JPEG lossless and JPEG-LS know no sign: signed samples are coded as they lie in memory, all bits, so that any decoder gives back
 * the very words, sign included.
 */
const precisionOf = ({ bits, signed, bytesPerSample }: Pixels): number => (signed ? bytesPerSample * 8 : bits);

const infoOf = (pixels: Pixels, bitsPerSample = pixels.bits, isSigned = pixels.signed): WasmFrameInfo => ({
  width: pixels.columns,
  height: pixels.rows,
  bitsPerSample,
  componentCount: pixels.samples,
  isSigned,
  isUsingColorTransform: pixels.samples === 3,
});

/** Codecs read a byte a sample up to 8 bits. */
function packed(pixels: Pixels, bits: number): Uint8Array {
  if (pixels.bytesPerSample === 1 || bits > 8) return pixels.data;
  return pixels.data.filter((_, at) => at % 2 === 0);
}

/** T.87 §C.2.4.1.1: the bound of the error is itself at most 255. */
const MAX_NEAR = 255;

/**
 * The bound for one frame, in units of its samples; `unsupported` when there is no room for any. Signed samples are coded as they lie in memory: one
 * that moved past either end of its bits would come back with the other sign.
 */
function nearOf(pixels: Pixels, loss: Loss | undefined): number {
  if (!loss) return 0;
  const { smallest, largest } = rangeOf(pixels);
  const half = 2 ** (pixels.bits - 1);
  const room = pixels.signed ? Math.min(smallest + half, half - 1 - largest) : MAX_NEAR;
  const wanted = Math.max(1, Math.floor((largest - smallest) * loss.share));
  const near = Math.min(wanted, loss.most ?? MAX_NEAR, room, MAX_NEAR);
  if (near < 1) throw new CodecError('unsupported', 'no room for a loss');
  return near;
}

async function jpegLs(pixels: Pixels, near: number): Promise<Uint8Array> {
  const codec = await wasmCodec<{
    JpegLSEncoder: new () => WasmEncoder & {
      setNearLossless(near: number): void;
      setInterleaveMode(mode: number): void;
    };
  }>('codec-charls');
  const encoder = new codec.JpegLSEncoder();
  encoder.setNearLossless(near);
  encoder.setInterleaveMode(pixels.samples === 3 ? 2 : 0);
  const bits = precisionOf(pixels);
  return wasmEncode(encoder, infoOf(pixels, bits, false), packed(pixels, bits));
}

async function jpeg2000(pixels: Pixels): Promise<Uint8Array> {
  const codec = await wasmCodec<{ J2KEncoder: new () => WasmEncoder & Wavelet }>('codec-openjpeg');
  const encoder = new codec.J2KEncoder();
  encoder.setQuality(true, 0);
  encoder.setDecompositions(decompositions(pixels));
  return wasmEncode(encoder, infoOf(pixels), packed(pixels, pixels.bits));
}

async function htj2k(pixels: Pixels, syntax: string): Promise<Uint8Array> {
  const codec = await wasmCodec<{ HTJ2KEncoder: new () => WasmEncoder & Wavelet & RpclOptions }>('codec-openjph');
  const encoder = new codec.HTJ2KEncoder();
  encoder.setQuality(true, 0);
  encoder.setDecompositions(decompositions(pixels));
  if (syntax === Syntax.Htj2kLosslessRpcl) {
    // PS3.5 §A.4.12: RPCL, with the lengths of its tile-parts.
    encoder.setProgressionOrder(2);
    encoder.setTLMMarker(true);
    encoder.setTilePartDivisionsAtResolutions(true);
  }
  return wasmEncode(encoder, infoOf(pixels), packed(pixels, pixels.bits));
}

interface Wavelet {
  setQuality(lossless: boolean, quality: number): void;
  setDecompositions(levels: number): void;
}

interface RpclOptions {
  setProgressionOrder(order: number): void;
  setTLMMarker(written: boolean): void;
  setTilePartDivisionsAtResolutions(divided: boolean): void;
}

/** Five, fewer for an image too small to be halved so often. */
const decompositions = ({ columns, rows }: Pixels): number =>
  Math.max(0, Math.min(5, Math.floor(Math.log2(Math.min(columns, rows)))));

async function baseline(pixels: Pixels, quality: number, syntax: string): Promise<Uint8Array> {
  const codec = await wasmCodec<{
    JPEGEncoder: new () => WasmEncoder & { setQuality(quality: number): void; setSubSampling(sampling: number): void };
  }>('codec-libjpeg-turbo-8bit');
  const encoder = new codec.JPEGEncoder();
  encoder.setQuality(quality);
  encoder.setSubSampling(pixels.samples === 3 ? SAMPLING_422 : SAMPLING_GREY);
  const bytes = wasmEncode(encoder, infoOf(pixels), pixels.data);
  return syntax === Syntax.JpegExtended ? asExtended(bytes) : bytes;
}

/** A baseline stream is an extended one by its marker alone (T.81 §4.11: SOF0 → SOF1). */
function asExtended(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0);
  if (at > 0) bytes[at + 1] = 0xc1;
  return bytes;
}
