import { type Attribute, part10 } from '../../../sandbox/src/studies/dicom-writer.js';

/** Side of the test image, and of each of its sixteen blocks of one value. */
export const SIDE = 64;
export const BLOCK = 16;
export const BLOCKS = 16;

const blockAt = (x: number, y: number): number => Math.floor(y / BLOCK) * 4 + Math.floor(x / BLOCK);

export interface BlockImage {
  readonly sopClass: string;
  readonly modality: string;
  readonly bits: { readonly allocated: 8 | 16; readonly stored: number; readonly signed?: boolean };
  readonly photometric: string;
  /** Sample `sample` of block `block` in frame `frame` (from 0), as stored. */
  value(block: number, sample: number, frame: number): number;
  readonly samples?: 1 | 3;
  readonly planar?: 0 | 1;
  readonly frames?: number;
  readonly attributes?: readonly Attribute[];
}

/** A Part 10 file of sixteen blocks; `uid` ends its SOP Instance UID. */
export function blockFile(image: BlockImage, uid: string): Buffer {
  const { samples = 1, planar = 0, frames = 1, bits, photometric, modality, sopClass } = image;
  const bytes = bits.allocated / 8;
  const pixels = Buffer.alloc(SIDE * SIDE * samples * frames * bytes);
  const size = SIDE * SIDE;
  for (let frame = 0; frame < frames; frame += 1) {
    for (let at = 0; at < size; at += 1) {
      for (let sample = 0; sample < samples; sample += 1) {
        const value = image.value(blockAt(at % SIDE, Math.floor(at / SIDE)), sample, frame);
        const index = frame * size * samples + (planar === 1 ? sample * size + at : at * samples + sample);
        if (bytes === 1) pixels.writeUInt8(value & 0xff, index);
        else pixels.writeUInt16LE(value & 0xffff, index * 2);
      }
    }
  }
  const instance = `2.25.4712.${uid}`;
  return part10(sopClass, instance, 'ISO_IR 192', [
    [0x0008_0005, 'CS', 'ISO_IR 192'],
    [0x0008_0016, 'UI', sopClass],
    [0x0008_0018, 'UI', instance],
    [0x0008_0060, 'CS', modality],
    [0x0020_0013, 'IS', 1],
    [0x0028_0002, 'US', samples],
    [0x0028_0004, 'CS', photometric],
    ...(samples === 3 ? ([[0x0028_0006, 'US', planar]] as const) : []),
    ...(frames > 1 ? ([[0x0028_0008, 'IS', frames]] as const) : []),
    [0x0028_0010, 'US', SIDE],
    [0x0028_0011, 'US', SIDE],
    [0x0028_0100, 'US', bits.allocated],
    [0x0028_0101, 'US', bits.stored],
    [0x0028_0102, 'US', bits.stored - 1],
    [0x0028_0103, 'US', bits.signed ? 1 : 0],
    [0x7fe0_0010, bytes === 1 ? 'OB' : 'OW', pixels],
    ...(image.attributes ?? []),
  ]);
}

/** Middle of each block of a PGM or PPM as dcmtk writes it (raw, 8 bits): one or three values. */
export function middlesOfPnm(pnm: Buffer): number[][] {
  const head = /^P([56])\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(pnm.toString('latin1', 0, 200));
  if (!head) throw new Error('no PNM of 8 bits');
  const samples = head[1] === '6' ? 3 : 1;
  return Array.from({ length: BLOCKS }, (_, block) => {
    const x = (block % 4) * BLOCK + BLOCK / 2;
    const y = Math.floor(block / 4) * BLOCK + BLOCK / 2;
    const at = head[0].length + (y * SIDE + x) * samples;
    return [...pnm.subarray(at, at + samples)];
  });
}
