import type { StoredFrame } from '../images/frame-store.js';
import type { ImageFacts } from '../images/image-facts.js';
import { shades } from '../images/shades.js';
import { drawable } from './drawable.js';
import { Later } from './later.js';

const FACTS: ImageFacts = {
  instance: 'i',
  frame: 1,
  frames: 1,
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  modality: 'CT',
  description: '',
  rows: 512,
  columns: 512,
  samples: 1,
  photometric: 'MONOCHROME2',
  planar: 0,
  bitsAllocated: 16,
  bitsStored: 12,
  signed: false,
  windows: [{ center: 40, width: 400 }],
  windowFunction: 'LINEAR',
  slope: 1,
  intercept: -1024,
  spacing: { row: 0.7, column: 0.7, measuredAt: 'patient' },
  lossy: false,
};
const FRAME: StoredFrame = {
  bytes: new Uint8Array([1]),
  transferSyntax: '1.2.840.10008.1.2.4.80',
  lossy: false,
};
const TABLE = { firstValue: 0, bits: 8, entries: [0] };

it('draws a grey image with a window of its own as the library does: PS3.3 §C.11.2.1.2.1', () => {
  expect(drawable(FACTS, FRAME)).toMatchObject({
    range: { lower: -160, upper: 239 },
    type: 'Int16Array',
    rescale: { rescaleSlope: 1, rescaleIntercept: -1024, modality: 'CT' },
    inverted: false,
  });
  expect(drawable({ ...FACTS, photometric: 'MONOCHROME1', windowFunction: 'LINEAR_EXACT' }, FRAME)).toMatchObject({
    range: { lower: -160, upper: 240 },
    inverted: true,
  });
});

it.each<[string, Partial<ImageFacts>, Partial<StoredFrame>]>([
  ['colour', { samples: 3, photometric: 'RGB' }, {}],
  ['no window', { windows: [] }, {}],
  ['another function', { windowFunction: 'SIGMOID' }, {}],
  ['a modality table', { modalityTable: TABLE }, {}],
  ['pixels that are not square', { spacing: { row: 1, column: 2, measuredAt: 'patient' } }, {}],
  ['values of its own', { modality: 'PT' }, {}],
  ['a loss of the object', { lossy: true }, {}],
  ['a loss on the way', {}, { lossy: true }],
  ['more pixels than are quickly drawn', { rows: 4096, columns: 3328 }, {}],
])('leaves to the library what is more than that: %s', (_, facts, frame) => {
  expect(drawable({ ...FACTS, ...facts }, { ...FRAME, ...frame })).toBeUndefined();
});

it('makes values grey within their window, or the other way round', () => {
  const values = [-2000, -160, 40, 239, 3000];
  const levels = (inverted: boolean): number[] =>
    Array.from(shades(values, { lower: -160, upper: 239 }, inverted)).filter((_, at) => at % 4 === 0);
  expect(levels(false)).toEqual([0, 0, 128, 255, 255]);
  expect(levels(true)).toEqual([255, 255, 127, 0, 0]);
  expect(Array.from(shades([40], { lower: -160, upper: 239 }, false))).toEqual([128, 128, 128, 255]);
});

it('keeps what is asked of somebody who is not there yet, in order', () => {
  const later = new Later<string[]>();
  later.ask((said) => said.push('first'));
  later.ask((said) => said.push('second'));
  const said: string[] = [];
  later.comes(said);
  later.ask(() => said.push('third'));
  expect(said).toEqual(['first', 'second', 'third']);
});
