import type { ExamIdentity } from '@drimbox/contracts';
import { Tag } from '@drimbox/dicom';
import type { TestObject } from '@drimbox/testing';
import { IDENTITY } from './facts.for-spec.js';
import { colourPixels, greyOf, greyPixels, objectOf } from './objects.for-spec.js';

const jpeg = (suffix: number): string => `1.2.840.10008.1.2.4.${suffix}`;
const storage = (suffix: string): string => `1.2.840.10008.5.1.4.1.1.${suffix}`;

export const CT = '1.2.3.1';
export const ENHANCED = '1.2.3.2';
export const US = '1.2.3.3';
export const VIDEO = '1.2.3.4';
export const DOCUMENT = '1.2.3.5';
export const SIDE = 320;

/** The first bytes of an MP4 file; nobody decodes it here. */
export const MP4 = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from('ftypisom'),
  Buffer.alloc(12),
  Buffer.alloc(4_000, 7),
]);
export const PDF = Buffer.from('%PDF-1.7 an invented document that is no picture');

/** One of each that the portal treats differently. */
export const OBJECTS: readonly TestObject[] = [
  ...[1, 2].map((n) =>
    objectOf({
      series: CT,
      uid: `${CT}.${n}`,
      sopClass: storage('2'),
      modality: 'CT',
      more: greyOf(SIDE, SIDE),
      edits: [
        { tag: 0x00281052, vr: 'DS', value: '-1024' },
        { tag: 0x00281053, vr: 'DS', value: '1' },
      ],
      pixels: greyPixels(SIDE, SIDE, n),
    }),
  ),
  objectOf({
    series: ENHANCED,
    uid: `${ENHANCED}.1`,
    sopClass: storage('4.1'),
    modality: 'MR',
    more: greyOf(64, 64, 3),
    pixels: Buffer.concat([1, 2, 3].map((n) => greyPixels(64, 64, n))),
  }),
  objectOf({
    series: US,
    uid: `${US}.1`,
    sopClass: storage('3.1'),
    modality: 'US',
    more: {
      ...greyOf(SIDE, SIDE, 2),
      [Tag.SamplesPerPixel]: 3,
      [Tag.PhotometricInterpretation]: 'RGB',
      [Tag.BitsAllocated]: 8,
      [Tag.BitsStored]: 8,
      [Tag.HighBit]: 7,
    },
    pixels: Buffer.concat([colourPixels(SIDE, SIDE), colourPixels(SIDE, SIDE)]),
  }),
  objectOf({
    series: VIDEO,
    uid: `${VIDEO}.1`,
    sopClass: storage('77.1.1.1'),
    modality: 'ES',
    more: { ...greyOf(480, 640, 50), [Tag.SamplesPerPixel]: 3, [Tag.PhotometricInterpretation]: 'YBR_PARTIAL_420' },
    pixels: { syntax: jpeg(102), fragments: [MP4.subarray(0, 1_000), MP4.subarray(1_000)] },
  }),
  objectOf({
    series: DOCUMENT,
    uid: `${DOCUMENT}.1`,
    sopClass: storage('104.1'),
    modality: 'DOC',
    document: PDF,
  }),
];

export const FULL_IDENTITY: ExamIdentity = {
  ...IDENTITY,
  series: [CT, ENHANCED, US, VIDEO, DOCUMENT].map((uid) => {
    const objects = OBJECTS.filter(({ series }) => series === uid);
    const modality = { [CT]: 'CT', [ENHANCED]: 'MR', [US]: 'US', [VIDEO]: 'ES' }[uid] ?? 'DOC';
    return {
      uid,
      modality,
      description: '',
      instances: objects.map(({ sopInstance, sopClass }) => ({ uid: sopInstance, sopClass, keyObjects: [] })),
    };
  }),
};
