import { DatasetError, elementHead, itemHead, sequenceDelimiter, Tag } from '@drimbox/dicom';
import { CodecError } from '../codec-error.js';
import { CodecPool } from '../pool/codec-pool.js';
import { Syntax } from '../syntaxes.js';
import { image, nativePixels } from '../testing/images.js';
import { chunked, collected, nativeOf, SOP_CLASS, SOP_INSTANCE, testDataset } from '../testing/objects.js';
import { outgoingObject } from './outgoing-object.js';

const pool = new CodecPool({ threads: 1 });
afterAll(() => pool.close());

const EXPLICIT = Syntax.ExplicitLittleEndian;

/** A JPEG-LS data set as a file of native pixels. */
async function toNative(dataset: Buffer): Promise<Buffer> {
  const object = {
    sopClass: SOP_CLASS,
    sopInstance: SOP_INSTANCE,
    transferSyntax: Syntax.JpegLs,
    dataset: chunked(dataset),
  };
  const wishes = [{ transferSyntax: EXPLICIT, q: 1, mediaType: 'application/dicom', form: 'multipart' as const }];
  const result = await outgoingObject(object, { pool, wishes });
  if (!result.ok) throw new Error('not acceptable');
  return collected(result.file);
}

describe('encapsulated frames', () => {
  const one = image();
  const encode = async (seed: number): Promise<Buffer> => {
    const { bytes } = await pool.transcode({
      bytes: nativePixels(one, 'smooth', seed),
      image: one,
      from: EXPLICIT,
      to: Syntax.JpegLs,
      quality: 90,
    });
    return Buffer.from(bytes);
  };
  const even = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
  const element = (table: Buffer, fragments: Buffer[]): Buffer =>
    Buffer.concat([
      elementHead(Tag.PixelData, 'OB', 0xffffffff),
      ...[table, ...fragments].flatMap((part) => [itemHead(part.length), part]),
      sequenceDelimiter(),
    ]);
  const headOf = (frames: number): Buffer => {
    const whole = testDataset({ ...one, frames }, Buffer.alloc(0));
    return whole.subarray(0, whole.length - 12);
  };
  const decoded = async (bytes: Buffer): Promise<Buffer> => nativeOf(await toNative(bytes)).pixels;
  const expected = Buffer.concat([nativePixels(one, 'smooth', 1), nativePixels(one, 'smooth', 2)]);
  const halves = (frame: Buffer): [Buffer, Buffer] => [frame.subarray(0, 100), frame.subarray(100)];

  it('several fragments of one frame, by its number', async () => {
    const [a, b] = halves(even(await encode(1)));
    expect(
      (await decoded(Buffer.concat([headOf(1), element(Buffer.alloc(0), [a, b])]))).equals(
        expected.subarray(0, expected.length / 2),
      ),
    ).toBe(true);
  });

  it('several fragments of two frames, by the offset table and without one', async () => {
    const frames = [even(await encode(1)), even(await encode(2))] as const;
    const fragments = frames.flatMap(halves);
    const table = Buffer.alloc(8);
    table.writeUInt32LE(frames[0].length + 16, 4);
    for (const offsets of [table, Buffer.alloc(0)]) {
      expect((await decoded(Buffer.concat([headOf(2), element(offsets, fragments)]))).equals(expected)).toBe(true);
    }
  });

  it('an extended offset table', async () => {
    const frames = [even(await encode(1)), even(await encode(2))] as const;
    const table = Buffer.alloc(16);
    table.writeBigUInt64LE(BigInt(frames[0].length + 16), 8);
    const offsets = Buffer.concat([
      elementHead(0x7fe00001, 'OV', 16),
      table,
      elementHead(0x7fe00002, 'OV', 16),
      Buffer.alloc(16),
    ]);
    expect(
      (await decoded(Buffer.concat([headOf(2), offsets, element(Buffer.alloc(0), frames.flatMap(halves))]))).equals(
        expected,
      ),
    ).toBe(true);
  });

  it.each([
    ['a frame too few', 3, 'malformed'],
    ['a frame too many', 1, 'malformed'],
  ])('%s', async (_, frames) => {
    const fragments = [await encode(1), await encode(2)].map(even);
    const bytes = Buffer.concat([headOf(frames), element(Buffer.alloc(0), fragments)]);
    // One frame takes all fragments, and two images are no codestream.
    const result = decoded(bytes);
    await (frames === 1 ? expect(result).resolves.toBeDefined() : expect(result).rejects.toBeInstanceOf(DatasetError));
  });

  it('a codestream that is cut, or of another image', async () => {
    const frame = await encode(1);
    const cut = decoded(Buffer.concat([headOf(1), element(Buffer.alloc(0), [even(frame.subarray(0, 400))])]));
    await expect(cut).rejects.toMatchObject({ name: 'CodecError', kind: 'malformed' });
    const other = testDataset({ ...one, rows: 60 }, Buffer.alloc(0));
    const wrong = decoded(
      Buffer.concat([other.subarray(0, other.length - 12), element(Buffer.alloc(0), [even(frame)])]),
    );
    await expect(wrong).rejects.toBeInstanceOf(CodecError);
  });
});
