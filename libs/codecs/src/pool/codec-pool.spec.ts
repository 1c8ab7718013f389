import { randomFillSync } from 'node:crypto';
import type { ImageDescription } from '@drimbox/dicom';
import { CodecError } from '../codec-error.js';
import { Syntax } from '../syntaxes.js';
import { image, nativePixels, seededRandom } from '../testing/images.js';
import { CodecPool, type CodecPoolOptions } from './codec-pool.js';
import type { FrameJob, FrameResult } from './messages.js';

const EXPLICIT = Syntax.ExplicitLittleEndian;
const grey = image();
const job = (more: Partial<FrameJob> = {}): FrameJob => ({
  bytes: more.bytes ?? nativePixels(more.image ?? grey),
  image: grey,
  from: EXPLICIT,
  to: Syntax.JpegLs,
  quality: 90,
  ...more,
});

async function withPool(options: Partial<CodecPoolOptions>, work: (pool: CodecPool) => Promise<void>): Promise<void> {
  const pool = new CodecPool({ threads: 1, ...options });
  try {
    await work(pool);
  } finally {
    await pool.close();
  }
}

/** Many pixels at once. */
const noise = ({ rows, columns }: ImageDescription): Buffer =>
  randomFillSync(Buffer.from(new ArrayBuffer(rows * columns * 2)));

const kind = (result: Promise<FrameResult>): Promise<string> =>
  result.then(
    () => 'done',
    (error: unknown) => (error instanceof CodecError ? error.kind : String(error)),
  );

it('a frame that takes too long ends its thread; the next frame gets a new one', () =>
  withPool({ jobTimeoutMs: 2000 }, async (pool) => {
    const large = image({ rows: 4000, columns: 4000 });
    const slow = pool.transcode(job({ image: large, bytes: noise(large), to: Syntax.Jpeg2000 }));
    const next = pool.transcode(job());
    expect(await kind(slow)).toBe('timeout');
    expect(await kind(next)).toBe('done');
  }));

it('a codec that wants more memory than its bound fails alone', () =>
  withPool({ maxWasmBytes: 64 * 1024 * 1024 }, async (pool) => {
    const large = image({ rows: 4096, columns: 4096 });
    expect(await kind(pool.transcode(job({ image: large, bytes: noise(large) })))).not.toBe('done');
    expect(await kind(pool.transcode(job()))).toBe('done');
  }));

it('frames and queues larger than allowed are refused before anything is done', () =>
  withPool({ maxFrameBytes: 20_000, maxQueue: 2 }, async (pool) => {
    expect(
      await kind(pool.transcode(job({ image: image({ rows: 65_535, columns: 65_535 }), bytes: Buffer.alloc(4) }))),
    ).toBe('limit');
    const results = await Promise.all(Array.from({ length: 5 }, () => kind(pool.transcode(job()))));
    expect(results.toSorted()).toEqual(['busy', 'busy', 'done', 'done', 'done']);
  }));

it('JPEG-LS has no room for noise, the others have', () =>
  withPool({}, async (pool) => {
    const large = image({ rows: 512, columns: 512, bitsStored: 16 });
    expect(await kind(pool.transcode(job({ image: large, bytes: noise(large) })))).toBe('unsupported');
    for (const to of [Syntax.JpegLosslessSv1, Syntax.Jpeg2000, Syntax.Htj2k, Syntax.Rle]) {
      const pixels = noise(large);
      const { bytes } = await pool.transcode(job({ image: large, bytes: Buffer.from(pixels), to }));
      const back = await pool.transcode(job({ image: large, bytes, from: to, to: EXPLICIT }));
      expect(Buffer.compare(Buffer.from(back.bytes), pixels)).toBe(0);
    }
  }));

it('a closed pool says so', async () => {
  const pool = new CodecPool({ threads: 1 });
  const running = kind(pool.transcode(job()));
  const waiting = kind(pool.transcode(job()));
  await pool.close();
  expect([await running, await waiting, await kind(pool.transcode(job()))]).toEqual(['stopped', 'stopped', 'stopped']);
});

it('the memory of a frame goes to the thread and back', () =>
  withPool({}, async (pool) => {
    const { bytes } = nativePixelsJob();
    const { buffer } = bytes;
    const result = await pool.transcode(job({ bytes }));
    expect(buffer.byteLength).toBe(0);
    expect(result.bytes.buffer.byteLength).toBe(result.bytes.length);
  }));

const nativePixelsJob = (): { bytes: Buffer } => ({ bytes: nativePixels(grey) });

it('a codestream that lies about its size is refused before it is decoded', () =>
  withPool({}, async (pool) => {
    const { bytes } = await pool.transcode(job({ to: Syntax.Jpeg2000Lossless }));
    const lying = Buffer.from(bytes);
    lying.writeUInt32BE(65_535, 8);
    lying.writeUInt32BE(65_535, 12);
    expect(await kind(pool.transcode(job({ bytes: lying, from: Syntax.Jpeg2000Lossless, to: EXPLICIT })))).toBe(
      'malformed',
    );
    const tiles = Buffer.from(bytes);
    tiles.writeUInt32BE(0, 24);
    expect(await kind(pool.transcode(job({ bytes: tiles, from: Syntax.Jpeg2000Lossless, to: EXPLICIT })))).toBe(
      'malformed',
    );
  }));

const colour = image({ bitsStored: 8, samples: 3, photometric: 'YBR_FULL_422' });
it.each([
  [Syntax.Rle, grey],
  [Syntax.JpegLosslessSv1, grey],
  [Syntax.JpegLs, grey],
  [Syntax.Jpeg2000Lossless, grey],
  [Syntax.Htj2kLossless, grey],
  [Syntax.JpegExtended, grey],
  [Syntax.JpegBaseline, colour],
])('60 mutations of %s: decoded or a typed error, and the pool lives on', (syntax, description) =>
  withPool({ jobTimeoutMs: 5000, maxWasmBytes: 256 * 1024 * 1024 }, async (pool) => {
    const source = { ...description, photometric: description.samples === 3 ? 'RGB' : 'MONOCHROME2' };
    const { bytes } = await pool.transcode(job({ image: source, to: syntax }));
    const random = seededRandom(2_026);
    const outcomes: Record<string, number> = {};
    for (let round = 0; round < 60; round += 1) {
      const damaged = mutated(Buffer.from(bytes), random);
      const outcome = await kind(
        pool.transcode(job({ bytes: damaged, image: description, from: syntax, to: EXPLICIT })),
      );
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    const known = ['done', 'malformed', 'unsupported', 'limit', 'timeout', 'crashed'];
    expect(Object.keys(outcomes).filter((outcome) => !known.includes(outcome))).toEqual([]);
    expect(outcomes.malformed).toBeGreaterThan(10);
    expect(
      await kind(pool.transcode(job({ bytes: Buffer.from(bytes), image: description, from: syntax, to: EXPLICIT }))),
    ).toBe('done');
  }),
);

/** A copy with bytes changed, cut out, or its end lost. */
function mutated(bytes: Buffer, random: () => number): Buffer {
  const pick = (below: number): number => Math.floor(random() * below);
  const what = pick(4);
  if (what === 0) return bytes.subarray(0, 1 + pick(bytes.length));
  if (what === 1) {
    const at = pick(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + pick(16))]);
  }
  // Heads more often than pixels: there the sizes are.
  for (let change = 0; change <= pick(6); change += 1)
    bytes[pick(what === 2 ? Math.min(200, bytes.length) : bytes.length)] = pick(256);
  return bytes;
}
