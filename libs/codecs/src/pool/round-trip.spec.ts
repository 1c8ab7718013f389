import type { ImageDescription } from '@drimbox/dicom';
import { canConvert } from '../can-convert.js';
import { Syntax } from '../syntaxes.js';
import { image, largestDifference, nativePixels, type Texture } from '../testing/images.js';
import { CodecPool } from './codec-pool.js';

const pool = new CodecPool({ threads: 1 });
afterAll(() => pool.close());

const NATIVE = Syntax.ExplicitLittleEndian;
const LOSSLESS = [
  Syntax.Rle, Syntax.JpegLosslessSv1, Syntax.JpegLossless, Syntax.JpegLs, Syntax.Jpeg2000Lossless, Syntax.Jpeg2000,
  Syntax.Htj2kLossless, Syntax.Htj2kLosslessRpcl, Syntax.Htj2k,
]; // prettier-ignore

const KINDS: [string, ImageDescription][] = [
  ['8 bits', image({ bitsStored: 8 })],
  ['8 bits signed', image({ bitsStored: 8, signed: true })],
  ['5 of 8 bits', image({ bitsStored: 5 })],
  ['8 of 16 bits', image({ bitsStored: 8, bitsAllocated: 16 })],
  ['10 of 16 bits', image({ bitsStored: 10 })],
  ['12 of 16 bits', image()],
  ['12 of 16 bits signed', image({ signed: true })],
  ['16 bits', image({ bitsStored: 16 })],
  ['16 bits signed', image({ bitsStored: 16, signed: true })],
  ['one column', image({ columns: 1 })],
  ['one row', image({ rows: 1 })],
  ['colour', image({ bitsStored: 8, samples: 3 })],
  ['colour of 16 bits', image({ bitsStored: 16, samples: 3 })],
  ['YBR_FULL', image({ bitsStored: 8, samples: 3, photometric: 'YBR_FULL' })],
  ['palette', image({ bitsStored: 8, photometric: 'PALETTE COLOR' })],
];

const code = async (
  bytes: Uint8Array,
  from: string,
  to: string,
  description: ImageDescription,
): Promise<{ bytes: Uint8Array; photometric: string }> =>
  pool.transcode({ bytes, image: description, from, to, quality: 90 });

describe.each(LOSSLESS)('%s gives back every pixel', (syntax) => {
  it.each(KINDS)('%s', async (_, description) => {
    if (!canConvert(description, NATIVE, syntax)) return;
    // Noise is larger once coded: more than the JPEG-LS codec has room for in colour.
    const colourLs = syntax === Syntax.JpegLs && description.samples === 3;
    for (const texture of (colourLs ? ['smooth'] : ['smooth', 'noise']) as Texture[]) {
      const pixels = nativePixels(description, texture);
      const encoded = await code(Buffer.from(pixels), NATIVE, syntax, description);
      const decoded = await code(encoded.bytes, syntax, NATIVE, { ...description, photometric: encoded.photometric });
      expect([texture, Buffer.compare(Buffer.from(decoded.bytes), pixels)]).toEqual([texture, 0]);
      expect(decoded.photometric).toBe(description.photometric);
    }
  });
});

it('every lossless syntax takes what it must', () => {
  const refused = KINDS.flatMap(([name, description]) =>
    LOSSLESS.filter((syntax) => !canConvert(description, NATIVE, syntax)).map((syntax) => `${name} ${syntax}`),
  );
  // Colour is transformed in JPEG 2000: 8 bits of RGB only; its codec knows no signed bytes.
  expect(refused).toHaveLength(2 * 5 + 2);
  expect(refused.every((one) => /^(colour of 16 bits|YBR_FULL|8 bits signed) .*\.(9|20)\d$/.test(one))).toBe(true);
});

it.each([
  ['.50 grey', Syntax.JpegBaseline, image({ bitsStored: 8 }), 'MONOCHROME2', 12],
  ['.50 colour', Syntax.JpegBaseline, image({ bitsStored: 8, samples: 3 }), 'YBR_FULL_422', 40],
  ['.51 of 12 bits', Syntax.JpegExtended, image(), 'MONOCHROME2', 40],
  ['.51 of 8 bits', Syntax.JpegExtended, image({ bitsStored: 8 }), 'MONOCHROME2', 12],
])('%s is near', async (_, syntax, description, photometric, near) => {
  expect(canConvert(description, NATIVE, syntax)).toBe(true);
  const pixels = nativePixels(description);
  const encoded = await code(Buffer.from(pixels), NATIVE, syntax, description);
  expect(encoded.photometric).toBe(photometric);
  expect(encoded.bytes.length).toBeLessThan(pixels.length);
  const decoded = await code(encoded.bytes, syntax, NATIVE, { ...description, photometric });
  expect(largestDifference(decoded.bytes, pixels, description.bitsAllocated)).toBeLessThanOrEqual(near);
});

describe('near-lossless JPEG-LS', () => {
  const near = async (description: ImageDescription, pixels: Buffer, most: number): Promise<number> => {
    const job = { bytes: Buffer.from(pixels), image: description, from: NATIVE, to: Syntax.JpegLsNear, quality: 90 };
    const encoded = await pool.transcode({ ...job, loss: { share: 1, most } });
    const decoded = await code(encoded.bytes, Syntax.JpegLsNear, NATIVE, description);
    const [a, b] = [decoded.bytes, pixels].map((bytes) => valuesOf(bytes, description));
    return Math.max(...a!.map((value, at) => Math.abs(value - b![at]!)));
  };
  const valuesOf = (bytes: Uint8Array, { bitsAllocated, signed }: ImageDescription): number[] => {
    const view = Buffer.from(bytes);
    const width = bitsAllocated / 8;
    return Array.from({ length: view.length / width }, (_, at) =>
      signed ? view.readIntLE(at * width, width) : view.readUIntLE(at * width, width),
    );
  };

  it.each<[string, ImageDescription]>([
    ['8 bits', image({ bitsStored: 8 })],
    ['12 of 16 bits', image()],
    ['12 of 16 bits signed', image({ signed: true })],
    ['16 bits', image({ bitsStored: 16 })],
    ['16 bits signed', image({ bitsStored: 16, signed: true })],
    ['colour', image({ bitsStored: 8, samples: 3 })],
  ])('moves no sample of %s beyond its bound', async (_, description) => {
    const pixels = nativePixels(description);
    const moved = await near(description, pixels, 3);
    expect(moved).toBeLessThanOrEqual(3);
    // It did lose something where it may: a bound that is never reached proves nothing.
    expect(moved).toBeGreaterThan(0);
  });

  it('never turns the sign of a sample: at an end of the range it is refused', async () => {
    for (const bitsStored of [12, 16]) {
      const description = image({ bitsStored, signed: true });
      const pixels = nativePixels(description);
      pixels.writeInt16LE(-(2 ** (bitsStored - 1)), 100);
      pixels.writeInt16LE(2 ** (bitsStored - 1) - 1, 200);
      await expect(near(description, pixels, 5)).rejects.toMatchObject({ kind: 'unsupported' });
    }
  });
});

it('planes are woven, 4:2:2 becomes 4:4:4, bits above the stored ones are cleaned', async () => {
  const colour = image({ rows: 2, columns: 2, samples: 3, bitsStored: 8 });
  const planes = await code(Buffer.from([1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24]), NATIVE, NATIVE, {
    ...colour,
    planar: 1,
  });
  expect([...planes.bytes]).toEqual([1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24]);
  const half = await code(Buffer.from([1, 2, 90, 91, 3, 4, 92, 93]), NATIVE, NATIVE, {
    ...colour,
    photometric: 'YBR_FULL_422',
  });
  expect([...half.bytes]).toEqual([1, 90, 91, 2, 90, 91, 3, 92, 93, 4, 92, 93]);
  expect(half.photometric).toBe('YBR_FULL');
  const signed = await code(
    Buffer.from([0xff, 0x0f, 0x01, 0x70]),
    NATIVE,
    NATIVE,
    image({ rows: 1, columns: 2, signed: true }),
  );
  expect([...signed.bytes]).toEqual([0xff, 0xff, 0x01, 0x00]);
});
