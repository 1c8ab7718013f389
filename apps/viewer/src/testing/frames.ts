import type { Attribute } from '../../../sandbox/src/studies/dicom-writer.js';
import { type BlockImage, BLOCKS } from './blocks.js';

const CLASS = '1.2.840.10008.5.1.4.1.1.';
const item = (...attributes: Attribute[]): Attribute[] => attributes;

/** Grey level of `value` in a window of the LINEAR function (PS3.3 §C.11.2.1.2.1). */
export function linearLevel(value: number, center: number, width: number): number {
  const y = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
  return Math.round(Math.max(0, Math.min(255, y)));
}

/** One frame of an enhanced object: how its stored values are rescaled and shown, and where it lies. */
interface Frame {
  readonly slope: number;
  readonly intercept: number;
  readonly center: number;
  readonly width: number;
  readonly z: number;
  /** Its place in the order of the dimensions, from 1. */
  readonly place: number;
}

/** Three frames that come in the wrong order, each with values and a window of its own. */
export const ENHANCED_FRAMES: readonly Frame[] = [
  { slope: 2, intercept: -2048, center: 300, width: 1200, z: 20, place: 3 },
  { slope: 1, intercept: -1024, center: 40, width: 400, z: 0, place: 1 },
  { slope: 1, intercept: -500, center: 600, width: 800, z: 10, place: 2 },
];

const stored = (block: number, frame: number): number => 800 + block * 40 + frame * 20;

/** Levels of the blocks of frame `frame` (from 0) of the enhanced object. */
export const enhancedLevels = (frame: number): number[] => {
  const { slope, intercept, center, width } = ENHANCED_FRAMES[frame] as Frame;
  return Array.from({ length: BLOCKS }, (_, block) =>
    linearLevel(stored(block, frame) * slope + intercept, center, width),
  );
};

const rescaled = ({ slope, intercept }: Frame): Attribute => [
  0x0028_9145,
  'SQ',
  [item([0x0028_1052, 'DS', intercept], [0x0028_1053, 'DS', slope], [0x0028_1054, 'LO', 'HU'])],
];
const shown = (center: number, width: number): Attribute => [
  0x0028_9132,
  'SQ',
  [item([0x0028_1050, 'DS', center], [0x0028_1051, 'DS', width])],
];
const placed = (z: number): Attribute => [0x0020_9113, 'SQ', [item([0x0020_0032, 'DS', [-32, -32, z]])]];
const oriented: Attribute = [0x0020_9116, 'SQ', [item([0x0020_0037, 'DS', [1, 0, 0, 0, 1, 0]])]];
const measures = (spacing: number): Attribute => [
  0x0028_9110,
  'SQ',
  [item([0x0028_0030, 'DS', [spacing, spacing]], [0x0018_0050, 'DS', 1])],
];

/** Enhanced CT (PS3.3 §A.38): everything in functional groups, the frames in the order of their dimension. */
export const ENHANCED_CT: BlockImage = {
  sopClass: `${CLASS}2.1`,
  modality: 'CT',
  bits: { allocated: 16, stored: 12 },
  photometric: 'MONOCHROME2',
  frames: ENHANCED_FRAMES.length,
  value: (block, _sample, frame) => stored(block, frame),
  attributes: [
    [0x0020_0052, 'UI', '2.25.4712.1000'],
    [0x5200_9229, 'SQ', [item(oriented, measures(1))]],
    [
      0x5200_9230,
      'SQ',
      ENHANCED_FRAMES.map((frame) =>
        item(
          [0x0020_9111, 'SQ', [item([0x0020_9157, 'UL', [1, frame.place]])]],
          placed(frame.z),
          shown(frame.center, frame.width),
          rescaled(frame),
        ),
      ),
    ],
  ],
};

/** Breast tomosynthesis (PS3.3 §A.62): window, side and measures shared, places by frame. */
export const TOMOSYNTHESIS: BlockImage = {
  sopClass: `${CLASS}13.1.3`,
  modality: 'MG',
  bits: { allocated: 16, stored: 10 },
  photometric: 'MONOCHROME2',
  frames: 6,
  value: (block, _sample, frame) => block * 50 + frame * 30,
  attributes: [
    [0x0054_0220, 'SQ', [item([0x0008_0100, 'SH', '399368009'], [0x0008_0104, 'LO', 'medio-lateral oblique'])]],
    [
      0x5200_9229,
      'SQ',
      [item(oriented, measures(0.1), shown(512, 1024), [0x0020_9071, 'SQ', [item([0x0020_9072, 'CS', 'R'])]])],
    ],
    [0x5200_9230, 'SQ', Array.from({ length: 6 }, (_, at) => item(placed(at)))],
  ],
};

/** PET slices whose stored values are rescaled by slopes of their own, and all that SUV takes. */
export const petSlice = (number: number, slope: number, complete = true): BlockImage => ({
  sopClass: `${CLASS}128`,
  modality: 'PT',
  bits: { allocated: 16, stored: 16 },
  photometric: 'MONOCHROME2',
  value: (block) => 1000 + block * 500,
  attributes: [
    [0x0008_0021, 'DA', '20260105'],
    [0x0008_0022, 'DA', '20260105'],
    [0x0008_0031, 'TM', '114946.2'],
    [0x0008_0032, 'TM', '115000'],
    ...(complete ? ([[0x0010_1030, 'DS', 70]] as const) : []),
    [0x0018_0050, 'DS', 4],
    [0x0020_0013, 'IS', number],
    [0x0020_0032, 'DS', [-32, -32, number * 4]],
    [0x0020_0037, 'DS', [1, 0, 0, 0, 1, 0]],
    [0x0020_0052, 'UI', '2.25.4712.2000'],
    [0x0028_0030, 'DS', [1, 1]],
    [0x0028_0051, 'CS', ['DECY', 'ATTN']],
    [0x0028_1050, 'DS', 10_000],
    [0x0028_1051, 'DS', 20_001],
    [0x0028_1052, 'DS', 0],
    [0x0028_1053, 'DS', slope],
    [0x0054_1001, 'CS', 'BQML'],
    [0x0054_1102, 'CS', 'START'],
    [
      0x0054_0016,
      'SQ',
      [item([0x0018_1072, 'TM', '100000'], [0x0018_1074, 'DS', 400_000_000], [0x0018_1075, 'DS', 6586.2])],
    ],
  ],
});

/** A radiograph with a square drawn over it: 8 rows and columns whose first pixel is in row 11 and column 41. */
export const DRAWN: BlockImage = {
  sopClass: `${CLASS}1`,
  modality: 'CR',
  bits: { allocated: 16, stored: 12 },
  photometric: 'MONOCHROME2',
  value: (block) => block * 100,
  attributes: [
    [0x6000_0010, 'US', 8],
    [0x6000_0011, 'US', 8],
    [0x6000_0040, 'CS', 'G'],
    [0x6000_0050, 'SS', [11, 41]],
    [0x6000_0100, 'US', 1],
    [0x6000_0102, 'US', 0],
    [0x6000_3000, 'OW', Buffer.alloc(8, 0xff)],
  ],
};
