import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { DataSet } from '../common/data-sets.js';
import { rounded } from '../common/outcome.js';
import { median } from '../common/statistics.js';
import { JPEG_LS, type Open, type WadoWorld } from './wado-world.js';

/** CharLS as its package exports it. */
interface Encoder {
  getDecodedBuffer(info: object): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setNearLossless(near: number): void;
  setInterleaveMode(mode: number): void;
  encode(): void;
  delete(): void;
}
interface CharLs {
  JpegLSEncoder: new () => Encoder;
}

const SIZE = 512;
const FRAME_BYTES = SIZE * SIZE * 2;
const BARE_FRAMES = 60;

/** Uncompressed slices asked for in JPEG-LS, PACS to client; beside the codec alone, one thread and one frame after another. */
export async function measureConversion(world: WadoWorld, open: Open, runs: number): Promise<Record<string, unknown>> {
  const codec = await charLs();
  const frames = pixelsOf(open.set);
  for (const frame of frames.slice(0, 3)) encoded(codec, frame);
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < runs; round++) {
    const from = performance.now();
    for (const frame of frames) encoded(codec, frame);
    bare.push((frames.length / (performance.now() - from)) * 1000);
    const { milliseconds } = await world.stream(open, JPEG_LS);
    ours.push((open.set.objects.length / milliseconds) * 1000);
  }
  return {
    imagesPerSecond: rounded(median(ours)),
    bareCodec: rounded(median(bare)),
    ratio: rounded(median(ours.map((rate, at) => rate / (bare[at] ?? rate))), 2),
  };
}

async function charLs(): Promise<CharLs> {
  const require = createRequire(import.meta.url);
  const factory = require('@cornerstonejs/codec-charls/wasmjs') as (options: object) => Promise<CharLs>;
  return factory({ wasmBinary: readFileSync(require.resolve('@cornerstonejs/codec-charls/wasm')) });
}

/** Pixels are the last element of these objects. */
const pixelsOf = ({ objects }: DataSet): Buffer[] =>
  objects.slice(0, BARE_FRAMES).map(({ file }) => file().subarray(-FRAME_BYTES));

function encoded({ JpegLSEncoder }: CharLs, pixels: Buffer): number {
  const encoder = new JpegLSEncoder();
  encoder.setNearLossless(0);
  encoder.setInterleaveMode(0);
  // 16 bits, as they lie in memory.
  const info = { width: SIZE, height: SIZE, bitsPerSample: 16, componentCount: 1, isSigned: false };
  encoder.getDecodedBuffer({ ...info, isUsingColorTransform: false }).set(pixels);
  encoder.encode();
  const { length } = encoder.getEncodedBuffer();
  encoder.delete();
  return length;
}
