import {
  type Attributes,
  describeImage,
  editHead,
  elementHead,
  type HeadEdit,
  readDataset,
  Tag,
  writeDataset,
} from '@drimbox/dicom';
import { greyOf } from '../testing/objects.for-spec.js';
import { type Lossy, lossyOf } from './loss.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const SLOPE = (value: string): HeadEdit => ({ tag: 0x00281053, vr: 'DS', value });

function of(
  modality: string,
  more: Attributes = {},
  edits: readonly HeadEdit[] = [],
  stored = EXPLICIT,
): Lossy | undefined {
  const head = writeDataset({ [Tag.Modality]: modality, ...greyOf(512, 512), ...more }, EXPLICIT);
  const dataset = readDataset(editHead(head, edits), { transferSyntax: EXPLICIT, unknownCharset: 'replace' });
  return lossyOf(describeImage(dataset)!, stored, dataset);
}

it.each<[string, readonly HeadEdit[], number]>([
  ['one unit is one HU', [SLOPE('1')], 4],
  ['half a HU', [SLOPE('0.5')], 8],
  ['two HU', [SLOPE('2')], 2],
  ['no slope, or none that is a number', [SLOPE('x')], 4],
  ['zero', [SLOPE('0')], 4],
])('CT stays within 4 HU: %s', (_, edits, most) =>
  expect(of('CT', {}, edits)).toMatchObject({ kind: 'near', loss: { most } }),
);

it('CT whose unit is more than that is not altered', () => expect(of('CT', {}, [SLOPE('5')])).toBeUndefined());

it('CT of an enhanced object: the steepest of its functional groups counts', () => {
  const sequence = (tag: number, content: Buffer): Buffer => {
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([elementHead(tag, 'SQ', content.length + 8), head, content]);
  };
  const group = (slope: string): Buffer =>
    sequence(0x00289145, Buffer.concat([elementHead(0x00281053, 'DS', 2), Buffer.from(slope)]));
  const head = writeDataset({ [Tag.Modality]: 'CT', ...greyOf(512, 512) }, EXPLICIT);
  const bytes = Buffer.concat([head, sequence(0x52009229, group('1 ')), sequence(0x52009230, group('2 '))]);
  const dataset = readDataset(bytes, { transferSyntax: EXPLICIT, unknownCharset: 'replace' });
  expect(lossyOf(describeImage(dataset)!, EXPLICIT, dataset)).toMatchObject({ loss: { most: 2 } });
});

const BYTE = { [Tag.BitsAllocated]: 8, [Tag.BitsStored]: 8, [Tag.HighBit]: 7 };
const COLOUR = { ...BYTE, [Tag.SamplesPerPixel]: 3, [Tag.PhotometricInterpretation]: 'RGB' };

it.each<[string, Lossy | undefined, object]>([
  ['grey of 12 bits', of('MR'), { kind: 'near', loss: { share: 1 / 512 } }],
  ['grey of 8 bits', of('CR', BYTE), { kind: 'near', loss: { share: 1 / 100 } }],
  ['colour', of('US', COLOUR), { kind: 'jpeg' }],
])('%s', (_, lossy, expected) => expect(lossy).toMatchObject(expected));

it.each<[string, Lossy | undefined]>([
  ['a palette', of('US', { ...BYTE, [Tag.PhotometricInterpretation]: 'PALETTE COLOR' })],
  ['a small frame', of('MR', { [Tag.Rows]: 128, [Tag.Columns]: 128 })],
  ['colour of 16 bits', of('OT', { ...COLOUR, ...greyOf(512, 512), [Tag.SamplesPerPixel]: 3 })],
  ...['50', '51', '81', '91', '203'].map((n): [string, Lossy | undefined] => [
    `what was .${n}`,
    of('MR', {}, [], `1.2.840.10008.1.2.4.${n}`),
  ]),
])('nothing is lost of %s', (_, lossy) => expect(lossy).toBeUndefined());
