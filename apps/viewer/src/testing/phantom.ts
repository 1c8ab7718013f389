import { type Attribute, part10 } from '../../../sandbox/src/studies/dicom-writer.js';

export const SIDE = 256;
/** Distance between pixels and between slices, mm. */
export const SPACING = 0.8;
export const STEP = 2;
/** Values of the parts of the CT phantom, in Hounsfield units. */
export const HU = { air: -1000, water: 0, bone: 700, fat: -100 } as const;
/** The square of bone: columns and rows from, to (excluded). */
export const BONE = { from: 100, to: 150 } as const;

const CT_CLASS = '1.2.840.10008.5.1.4.1.1.2';
const ROOT = '2.25.4711';

/** Value of the phantom at a pixel of a slice: a disc of water in air, a square of bone, a band of fat that moves with the slice. */
export function valueAt(x: number, y: number, slice: number): number {
  const [u, v] = [x - SIDE / 2, y - SIDE / 2];
  if (u * u + v * v > (SIDE / 2 - 20) ** 2) return HU.air;
  if (x >= BONE.from && x < BONE.to && y >= BONE.from && y < BONE.to) return HU.bone;
  if (y >= 170 + slice && y < 180 + slice) return HU.fat;
  return HU.water;
}

/** One slice of the CT phantom as a Part 10 file; `number` from 1. `extra` replaces attributes, `texture` is added to every other value. */
export function ctSlice(number: number, series = 1, extra: readonly Attribute[] = [], texture = 0): Buffer {
  const pixels = Buffer.alloc(SIDE * SIDE * 2);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1)
      pixels.writeUInt16LE(valueAt(x, y, number) + 1024 + (x % 3) * texture, 2 * (y * SIDE + x));
  }
  const uid = `${ROOT}.${series}.${number}`;
  return part10(CT_CLASS, uid, 'ISO_IR 192', [
    [0x0008_0005, 'CS', 'ISO_IR 192'],
    [0x0008_0016, 'UI', CT_CLASS],
    [0x0008_0018, 'UI', uid],
    [0x0008_0060, 'CS', 'CT'],
    [0x0008_103e, 'LO', 'Fantôme'],
    [0x0018_0050, 'DS', STEP],
    [0x0020_0013, 'IS', number],
    [0x0020_0032, 'DS', [-100, -100, number * STEP]],
    [0x0020_0037, 'DS', [1, 0, 0, 0, 1, 0]],
    [0x0020_0052, 'UI', `${ROOT}.${series}`],
    [0x0028_0002, 'US', 1],
    [0x0028_0004, 'CS', 'MONOCHROME2'],
    [0x0028_0010, 'US', SIDE],
    [0x0028_0011, 'US', SIDE],
    [0x0028_0030, 'DS', [SPACING, SPACING]],
    [0x0028_0100, 'US', 16],
    [0x0028_0101, 'US', 12],
    [0x0028_0102, 'US', 11],
    [0x0028_0103, 'US', 0],
    [0x0028_1050, 'DS', 40],
    [0x0028_1051, 'DS', 400],
    [0x0028_1052, 'DS', -1024],
    [0x0028_1053, 'DS', 1],
    [0x0028_1054, 'LO', 'HU'],
    [0x7fe0_0010, 'OW', pixels],
    ...extra,
  ]);
}
