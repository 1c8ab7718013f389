import { DatasetError } from '../dataset/dataset-error.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { writeDataset } from '../dataset/write-dataset.js';
import { squareImage } from '../testing/objects.js';
import { mutated, seededRandom } from '../testing/random.js';
import { TransferSyntax } from '../uids.js';
import { ByteReader } from './byte-reader.js';
import { editHead } from './edit-head.js';
import { elementHead, itemHead, sequenceDelimiter } from './element-bytes.js';
import { describeImage, type ImageDescription } from './image-description.js';
import { findPixelData, readFrames } from './pixel-data.js';

const transferSyntax = TransferSyntax.ExplicitLittleEndian;
const RLE = '1.2.840.10008.1.2.5';
const JPEG = '1.2.840.10008.1.2.4.70';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const image: ImageDescription = {
  rows: 2, columns: 3, frames: 2, samples: 1, photometric: 'MONOCHROME2', bitsAllocated: 8, bitsStored: 8, highBit: 7,
  signed: false, planar: 0,
}; // prettier-ignore

async function framesOf(
  bytes: Buffer,
  more: Partial<ImageDescription>,
  syntax = JPEG,
  size = 3,
): Promise<{ frames: string[]; rest: string }> {
  const reader = new ByteReader(chunked(bytes, size));
  const start = await findPixelData(reader);
  if (!start) throw new Error('no pixels');
  const frames: string[] = [];
  const options = { image: { ...image, ...more }, transferSyntax: syntax, maxFrameBytes: 100 };
  for await (const frame of readFrames(reader, start, options)) frames.push(frame.toString('latin1'));
  const rest: Buffer[] = [];
  for await (const chunk of reader.rest()) rest.push(chunk);
  return { frames, rest: Buffer.concat(rest).toString('latin1') };
}

const encapsulated = (table: string, ...fragments: string[]): Buffer =>
  Buffer.concat([
    elementHead(Tag.PixelData, 'OB', 0xffffffff),
    ...[table, ...fragments].flatMap((text) => [itemHead(text.length), Buffer.from(text, 'latin1')]),
    sequenceDelimiter(),
    Buffer.from('rest'),
  ]);

it('native frames, and what follows them', async () => {
  const bytes = Buffer.concat([elementHead(Tag.PixelData, 'OB', 14), Buffer.from('aaaaaabbbbbb\0\0rest')]);
  expect(await framesOf(bytes, {})).toEqual({ frames: ['aaaaaa', 'bbbbbb'], rest: 'rest' });
  await expect(framesOf(bytes, { frames: 3 })).rejects.toMatchObject({ kind: 'malformed' });
  await expect(framesOf(bytes, { rows: 200 })).rejects.toMatchObject({ kind: 'malformed' });
  await expect(framesOf(bytes.subarray(0, 20), {})).rejects.toMatchObject({ kind: 'malformed' });
});

it.each([
  ['one frame of several fragments', encapsulated('', 'abcd', 'ef'), 1, JPEG, ['abcdef']],
  ['RLE: a fragment a frame', encapsulated('', 'abcd', 'ef'), 2, RLE, ['abcd', 'ef']],
  ['by the offset table', encapsulated('\0\0\0\0\x16\0\0\0', 'abcd', 'ef', 'gh'), 2, JPEG, ['abcdef', 'gh']],
  [
    'by where codestreams begin',
    encapsulated('', '\xff\xd8\xff\xe0', 'ef', '\xff\xd8\xff\xc3', 'gh'),
    2,
    JPEG,
    ['\xff\xd8\xff\xe0ef', '\xff\xd8\xff\xc3gh'],
  ],
] as [string, Buffer, number, string, string[]][])('%s', async (_, bytes, frames, syntax, expected) => {
  for (const size of [1, 7, 100]) {
    expect(await framesOf(bytes, { frames }, syntax, size)).toEqual({ frames: expected, rest: 'rest' });
  }
});

it.each([
  ['more frames than said', encapsulated('', 'ab', 'cd', 'ef'), 'malformed'],
  ['fewer frames than said', encapsulated('', 'ab'), 'malformed'],
  ['a frame too large', encapsulated('', 'a'.repeat(102), 'cd'), 'limit'],
  ['no end', encapsulated('', 'ab', 'cd').subarray(0, -12), 'malformed'],
  ['no item', Buffer.concat([elementHead(Tag.PixelData, 'OB', 0xffffffff), Buffer.alloc(8)]), 'malformed'],
])('%s is refused', async (_, bytes, kind) => {
  await expect(framesOf(bytes, {}, RLE)).rejects.toMatchObject({ kind });
});

it('1500 mutations: frames or a DatasetError', async () => {
  const original = encapsulated('', 'abcd', 'ef');
  const random = seededRandom(3);
  let refused = 0;
  for (let round = 0; round < 1500; round += 1) {
    try {
      await framesOf(mutated(original, random), {}, RLE, 50);
    } catch (error) {
      if (error instanceof DatasetError) refused += 1;
      else expect(error).toEqual(new Error('no pixels'));
    }
  }
  expect(refused).toBeGreaterThan(100);
});

it('a data set without pixels is left as it was', async () => {
  const bytes = Buffer.concat([elementHead(0x7fe10010, 'LO', 4), Buffer.from('MINE')]);
  const reader = new ByteReader(chunked(bytes, 3));
  expect(await findPixelData(reader)).toBeUndefined();
  expect(await reader.take(bytes.length)).toEqual(bytes);
});

it('a head is edited in place: replaced, added, taken out; the rest stays', () => {
  const head = writeDataset({ [Tag.PatientID]: 'A', [Tag.ContentSequence]: [{ [Tag.PatientID]: 'B' }], ...squareImage(8), [Tag.PixelData]: undefined }, transferSyntax); // prettier-ignore
  const edited = readDataset(
    editHead(head, [
      { tag: 0x00282110, vr: 'CS', value: '01' },
      { tag: Tag.PhotometricInterpretation, vr: 'CS', value: 'RGB' },
      { tag: 0x00280006, vr: 'US', value: 0 },
      { tag: Tag.PatientID, vr: 'LO', value: undefined },
    ]),
    { transferSyntax },
  );
  expect([edited.has(Tag.PatientID), edited.getString(Tag.PhotometricInterpretation), edited.getInt(0x00280006), edited.getString(0x00282110)]).toEqual([false, 'RGB', 0, '01']); // prettier-ignore
  expect(edited.getItems(Tag.ContentSequence)[0]?.getString(Tag.PatientID)).toBe('B');
  expect(edited.size).toBe(readDataset(head, { transferSyntax }).size + 1);
});

it('an image is described, or not', () => {
  const dataset = readDataset(writeDataset({ ...squareImage(8) }, transferSyntax), { transferSyntax });
  expect(describeImage(dataset)).toMatchObject({ rows: 8, columns: 8, frames: 1, bitsStored: 12, signed: false });
  const none = readDataset(writeDataset({ ...squareImage(8), [Tag.BitsStored]: 17 }, transferSyntax), {
    transferSyntax,
  });
  expect(describeImage(none)).toBeUndefined();
});
