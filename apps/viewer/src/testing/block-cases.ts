import type { Attribute } from '../../../sandbox/src/studies/dicom-writer.js';
import type { BlockImage } from './blocks.js';
import type { Compressor } from './compress.js';
import type { Encoder } from './encode.js';

export interface BlockCase {
  readonly name: string;
  readonly image: BlockImage;
  readonly compressor: Compressor | Encoder;
  /** How dcmtk is asked to show it; default the first window of the file. */
  readonly show?: readonly string[];
  /** Frame looked at, from 1. */
  readonly frame?: number;
  /** Levels out of 256 that rounding, or a lossy decoder, may make of difference. */
  readonly tolerance?: number;
}

const CLASS = '1.2.840.10008.5.1.4.1.1.';
const window = (center: number, width: number): Attribute[] => [
  [0x0028_1050, 'DS', center],
  [0x0028_1051, 'DS', width],
];
const rescale = (intercept: number, slope: number): Attribute[] => [
  [0x0028_1052, 'DS', intercept],
  [0x0028_1053, 'DS', slope],
];
const ramp =
  (from: number, step: number) =>
  (block: number): number =>
    from + block * step;

const CT: BlockImage = {
  sopClass: `${CLASS}2`,
  modality: 'CT',
  bits: { allocated: 16, stored: 12 },
  photometric: 'MONOCHROME2',
  value: ramp(850, 25),
  attributes: [...window(40, 400), ...rescale(-1024, 1)],
};
const COLOUR: BlockImage = {
  sopClass: `${CLASS}6.1`,
  modality: 'US',
  bits: { allocated: 8, stored: 8 },
  photometric: 'RGB',
  samples: 3,
  value: (block, sample) => [block * 16, 255 - block * 12, (block * 53) % 256][sample] ?? 0,
};

const lut = (entries: readonly number[], first: number, bits: number): Attribute => [
  0x0028_3010,
  'SQ',
  [
    [
      [0x0028_3002, 'US', [entries.length, first, bits]],
      [0x0028_3006, 'US', entries],
    ],
  ],
];

/** One of each modality, photometric interpretation and syntax that can be made here. */
export const BLOCK_CASES: readonly BlockCase[] = [
  { name: 'CT, JPEG-LS', image: CT, compressor: 'jpeg-ls' },
  { name: 'CT, JPEG lossless', image: CT, compressor: 'jpeg-lossless' },
  { name: 'CT, RLE', image: CT, compressor: 'rle' },
  { name: 'CT, JPEG-LS near lossless', image: CT, compressor: 'jpeg-ls-near', tolerance: 4 },
  { name: 'CT, JPEG extended 12 bits', image: CT, compressor: 'jpeg-12', tolerance: 6 },
  {
    name: 'CT signed, JPEG-LS',
    image: {
      ...CT,
      bits: { allocated: 16, stored: 16, signed: true },
      value: ramp(-160, 26),
      attributes: [...window(40, 400), ...rescale(0, 1)],
    },
    compressor: 'jpeg-ls',
  },
  {
    name: 'MR, whole range',
    image: { ...CT, sopClass: `${CLASS}4`, modality: 'MR', value: ramp(100, 61), attributes: [] },
    compressor: 'jpeg-ls',
    show: ['+Wm'],
  },
  {
    name: 'CR, MONOCHROME1',
    image: {
      ...CT,
      sopClass: `${CLASS}1`,
      modality: 'CR',
      photometric: 'MONOCHROME1',
      value: ramp(0, 250),
      attributes: window(2048, 4096),
    },
    compressor: 'jpeg-ls',
  },
  {
    name: 'DX, VOI LUT',
    image: {
      ...CT,
      sopClass: `${CLASS}1.1`,
      modality: 'DX',
      value: ramp(0, 4),
      attributes: [
        lut(
          Array.from({ length: 64 }, (_, index) => Math.round(255 * Math.sqrt(index / 63))),
          0,
          8,
        ),
      ],
    },
    compressor: 'jpeg-lossless',
    show: ['+Wl', '1'],
  },
  {
    name: 'MG',
    image: {
      ...CT,
      sopClass: `${CLASS}1.2`,
      modality: 'MG',
      bits: { allocated: 16, stored: 14 },
      value: ramp(500, 900),
      attributes: window(8000, 15000),
    },
    compressor: 'jpeg-ls',
  },
  { name: 'CT, JPEG 2000', image: CT, compressor: 'jpeg-2000' },
  { name: 'CT, HTJ2K', image: CT, compressor: 'htj2k' },
  {
    name: 'CT signed, HTJ2K',
    image: {
      ...CT,
      bits: { allocated: 16, stored: 16, signed: true },
      value: ramp(-160, 26),
      attributes: window(40, 400),
    },
    compressor: 'htj2k',
  },
  { name: 'US RGB, JPEG 2000', image: COLOUR, compressor: 'jpeg-2000' },
  { name: 'US RGB, HTJ2K', image: COLOUR, compressor: 'htj2k' },
  { name: 'US RGB, JPEG-LS', image: COLOUR, compressor: 'jpeg-ls' },
  { name: 'US RGB, RLE', image: COLOUR, compressor: 'rle' },
  { name: 'US YBR_FULL_422, JPEG', image: COLOUR, compressor: 'jpeg', tolerance: 6 },
  {
    name: 'US YBR_FULL, RLE',
    image: {
      ...COLOUR,
      photometric: 'YBR_FULL',
      value: (block, sample) => [80 + block * 9, 100 + block * 3, 150 - block * 4][sample] ?? 0,
    },
    compressor: 'rle',
    tolerance: 3,
  },
  {
    name: 'US PALETTE COLOR, RLE',
    image: {
      ...COLOUR,
      photometric: 'PALETTE COLOR',
      samples: 1,
      value: (block) => block,
      attributes: [0, 1, 2].flatMap((colour): Attribute[] => [
        [0x0028_1101 + colour, 'US', [16, 0, 16]],
        [
          0x0028_1201 + colour,
          'OW',
          Buffer.from(Uint16Array.from({ length: 16 }, (_, index) => ((index * (colour * 7 + 15)) % 256) * 257).buffer),
        ],
      ]),
    },
    compressor: 'rle',
  },
  {
    name: 'NM, second frame',
    image: {
      ...CT,
      sopClass: `${CLASS}20`,
      modality: 'NM',
      bits: { allocated: 16, stored: 16 },
      frames: 3,
      value: (block, _sample, frame) => block * 60 + frame * 20,
      attributes: window(500, 1000),
    },
    compressor: 'jpeg-ls',
    frame: 2,
  },
  {
    name: 'XA',
    image: {
      ...COLOUR,
      sopClass: `${CLASS}12.1`,
      modality: 'XA',
      photometric: 'MONOCHROME2',
      samples: 1,
      value: (block) => block * 16,
      attributes: window(128, 256),
    },
    compressor: 'jpeg-ls',
  },
  {
    name: 'XA cine, third frame',
    image: {
      ...COLOUR,
      sopClass: `${CLASS}12.1`,
      modality: 'XA',
      photometric: 'MONOCHROME2',
      samples: 1,
      frames: 4,
      value: (block, _sample, frame) => block * 12 + frame * 15,
      attributes: window(128, 256),
    },
    compressor: 'jpeg-lossless',
    frame: 3,
  },
  {
    name: 'US RGB cine, JPEG, third frame',
    image: {
      ...COLOUR,
      sopClass: `${CLASS}3.1`,
      frames: 4,
      value: (block, sample, frame) => (block * 10 + sample * 30 + frame * 25) % 256,
    },
    compressor: 'jpeg',
    frame: 3,
    tolerance: 6,
  },
  {
    name: 'US RGB cine, RLE, second frame',
    image: {
      ...COLOUR,
      sopClass: `${CLASS}3.1`,
      frames: 2,
      planar: 1,
      value: (block, sample, frame) => (block * 10 + sample * 30 + frame * 25) % 256,
    },
    compressor: 'rle',
    frame: 2,
  },
  {
    name: 'PT, fractional slope',
    image: {
      ...CT,
      sopClass: `${CLASS}128`,
      modality: 'PT',
      bits: { allocated: 16, stored: 16 },
      value: ramp(0, 2000),
      attributes: [...window(1500, 3000), ...rescale(0, 0.1)],
    },
    compressor: 'jpeg-ls',
  },
];
