import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CodecError, type CodecErrorKind } from '../codec-error.js';

/** Parameters of one image as the WASM codecs name them. */
export interface WasmFrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned: boolean;
  readonly isUsingColorTransform: boolean;
}

export interface WasmDecoder {
  getEncodedBuffer(size: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  delete(): void;
}

export interface WasmEncoder {
  getDecodedBuffer(info: WasmFrameInfo): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  encode(): void;
  delete(): void;
}

const require = createRequire(import.meta.url);
const loaded = new Map<string, Promise<unknown>>();

/** An instance of a codec, from the file of its package; one per thread. */
export function wasmCodec<Module>(name: string): Promise<Module> {
  const known = loaded.get(name);
  if (known) return known as Promise<Module>;
  const factory = require(`@cornerstonejs/${name}/wasmjs`) as (options: object) => Promise<Module>;
  const silent = (): void => undefined;
  const made = factory({
    wasmBinary: readFileSync(require.resolve(`@cornerstonejs/${name}/wasm`)),
    print: silent,
    printErr: silent,
  });
  loaded.set(name, made);
  return made;
}

/** Copies the codestream in, decodes it, and copies the pixels out: they must be exactly `expectedBytes`. */
export function wasmDecode(
  decoder: WasmDecoder,
  codestream: Uint8Array,
  expectedBytes: number,
  finish: (raw: Uint8Array) => Uint8Array = (raw) => raw,
): Uint8Array {
  try {
    decoder.getEncodedBuffer(codestream.length).set(codestream);
    decoder.decode();
    const decoded = decoder.getDecodedBuffer();
    // What a decoder could not read it leaves empty rather than throw.
    if (decoded.length !== expectedBytes) throw new CodecError('malformed', 'not decoded');
    return finish(new Uint8Array(decoded));
  } catch (error) {
    throw asCodecError(error, 'malformed');
  } finally {
    decoder.delete();
  }
}

export function wasmEncode(encoder: WasmEncoder, info: WasmFrameInfo, pixels: Uint8Array): Uint8Array {
  try {
    const room = encoder.getDecodedBuffer(info);
    if (room.length !== pixels.length) throw new CodecError('malformed', 'pixels of another size');
    room.set(pixels);
    encoder.encode();
    // A copy: the buffer is of the codec's memory, and not always of the same class.
    return new Uint8Array(encoder.getEncodedBuffer());
  } catch (error) {
    // JPEG-LS has no room for a frame that becomes larger than it was.
    throw asCodecError(error, 'unsupported');
  } finally {
    encoder.delete();
  }
}

/** A C++ exception comes as a number: the codec refuses the frame. Anything else broke the instance, and ends the thread. */
function asCodecError(error: unknown, kind: CodecErrorKind): unknown {
  return typeof error === 'number' ? new CodecError(kind, 'refused by the codec') : error;
}
