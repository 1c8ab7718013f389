/**
 * What a conversion costs beside its bare codec, in the same run: `node libs/codecs/dist/bench/codecs.bench.js [ROUNDS]`. CT frames of
 * 512 × 512 with 12 bits; rounds alternate; medians of the rounds' own ratios. The last line is JSON.
 */
import { createRequire } from 'node:module';
import { decodeFrame } from '../codecs/decode.js';
import { encodeFrame } from '../codecs/encode.js';
import { outgoingObject } from '../convert/outgoing-object.js';
import { decodeLossless } from '../jpeg/lossless.js';
import { CodecPool } from '../pool/codec-pool.js';
import { Syntax } from '../syntaxes.js';
import { image, nativePixels } from '../testing/images.js';
import { chunked, SOP_CLASS, SOP_INSTANCE, testDataset } from '../testing/objects.js';

const ROUNDS = Number(process.argv[2] ?? 5);
const FRAMES = 12;
const EXPLICIT = Syntax.ExplicitLittleEndian;
const ct = image({ rows: 512, columns: 512, frames: FRAMES });
const frames = Array.from({ length: FRAMES }, (_, index) => nativePixels(ct, 'smooth', index + 1));
const dataset = testDataset(ct, Buffer.concat(frames));
const pool = new CodecPool({ threads: 1 });

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The whole way of an object: its bytes in, a file out. */
async function throughObject(stored: string, bytes: Buffer, to: string): Promise<number> {
  const object = {
    sopClass: SOP_CLASS,
    sopInstance: SOP_INSTANCE,
    transferSyntax: stored,
    dataset: chunked(bytes, 131_072),
  };
  const wishes = [{ transferSyntax: to, q: 1, mediaType: 'application/dicom', form: 'multipart' as const }];
  const ins = { value: '277076322082910', oid: '1.2.250.1.213.1.4.10' };
  const result = await outgoingObject(object, { pool, wishes, ins });
  if (!result.ok) throw new Error('not acceptable');
  let size = 0;
  for await (const chunk of result.file) size += chunk.length;
  return size;
}

interface Figure {
  readonly bareMs: number;
  readonly objectMs: number;
  /** Whole way against the bare codec: 1 is as fast. */
  readonly rate: number;
  readonly ratio: number;
}

/** One frame after another by the codec alone, in this thread, against the object through the pool with one thread. */
async function encoding(to: string): Promise<Figure> {
  const decoded = await Promise.all(frames.map((frame) => decodeFrame(frame, EXPLICIT, ct)));
  const bare = async (): Promise<void> => {
    for (const { pixels, photometric } of decoded) await encodeFrame(pixels, photometric, to, { quality: 90 });
  };
  const size = await throughObject(EXPLICIT, dataset, to);
  await bare();
  const rounds: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push([await milliseconds(bare), await milliseconds(() => throughObject(EXPLICIT, dataset, to))]);
  }
  return {
    bareMs: rounded(median(rounds.map(([alone]) => alone / FRAMES))),
    objectMs: rounded(median(rounds.map(([, whole]) => whole / FRAMES))),
    rate: rounded(median(rounds.map(([alone, whole]) => alone / whole))),
    ratio: rounded(dataset.length / size),
  };
}

/** Decoding of JPEG lossless, beside the package that does nothing else. */
async function losslessDecoding(): Promise<{ readonly oursMs: number; readonly peerMs: number }> {
  const require = createRequire(import.meta.url);
  const { Decoder } = require('jpeg-lossless-decoder-js') as {
    Decoder: new () => { decompress(bytes: ArrayBuffer): ArrayBuffer };
  };
  const [first] = frames;
  if (!first) throw new Error('no frame');
  const { pixels, photometric } = await decodeFrame(first, EXPLICIT, ct);
  const { bytes } = await encodeFrame(pixels, photometric, Syntax.JpegLosslessSv1, { quality: 90 });
  const copy = Uint8Array.from(bytes).buffer;
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    ours.push(await milliseconds(async () => decodeLossless(bytes, ct)));
    theirs.push(await milliseconds(async () => new Decoder().decompress(copy)));
  }
  return { oursMs: rounded(median(ours.slice(1))), peerMs: rounded(median(theirs.slice(1))) };
}

const passed: number[] = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  passed.push(await milliseconds(() => throughObject(EXPLICIT, dataset, EXPLICIT)));
}
const figures: Record<string, unknown> = {
  passMBs: rounded(dataset.length / 1000 / median(passed.slice(1))),
  losslessDecoding: await losslessDecoding(),
};
for (const syntax of [
  Syntax.JpegLs,
  Syntax.JpegLosslessSv1,
  Syntax.Jpeg2000,
  Syntax.Htj2kLossless,
  Syntax.Rle,
  Syntax.JpegExtended,
]) {
  const figure = await encoding(syntax);
  figures[syntax] = figure;
  console.log(syntax, figure);
}
await pool.close();
const rates = Object.values(figures).flatMap((figure) =>
  typeof figure === 'object' && figure && 'rate' in figure ? [Number(figure.rate)] : [],
);
console.log(
  JSON.stringify({ figures, aims: { 'every conversion ≥ 0.8 × its bare codec': rates.every((rate) => rate >= 0.8) } }),
);
