import { type Attributes, Tag, TransferSyntax, writeDataset } from '@drimbox/dicom';
import type { TestObject } from '@drimbox/testing';
import { createHash } from 'node:crypto';

export const CT = '1.2.840.10008.5.1.4.1.1.2';
const PIXELS = 0x7fe00010;

/** Pixels that depend on the UID alone: the same object is the same bytes in every run. */
const pixelsOf = (uid: string, length: number): Buffer => {
  const blocks: Buffer[] = [];
  for (let n = 0; n * 64 < length; n++) blocks.push(createHash('sha512').update(`${uid} ${n}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
};

export function testObject(study: string, series: string, sopInstance: string, more: Attributes = {}): TestObject {
  const transferSyntax = TransferSyntax.ExplicitLittleEndian;
  const bytes = writeDataset(
    {
      [Tag.SOPClassUID]: CT,
      [Tag.SOPInstanceUID]: sopInstance,
      [Tag.Modality]: 'CT',
      [Tag.PatientID]: 'IPP-INVENTE',
      [Tag.StudyInstanceUID]: study,
      [Tag.SeriesInstanceUID]: series,
      [PIXELS]: pixelsOf(sopInstance, 65_536),
      ...more,
    },
    transferSyntax,
  );
  return { series, sopInstance, sopClass: CT, transferSyntax, bytes };
}

/** An image of 16 bits, grey, with smooth pixels; `frames` of 8,192 bytes each. */
export function testImage(study: string, series: string, sopInstance: string, frames = 1): TestObject {
  const pixels = Buffer.alloc(8_192 * frames);
  for (let n = 0; n < pixels.length / 2; n++)
    pixels.writeUInt16LE((n * 7 + Math.floor(n / 4096) * 1_000) % 4_096, n * 2);
  return testObject(study, series, sopInstance, {
    [Tag.SamplesPerPixel]: 1,
    [Tag.PhotometricInterpretation]: 'MONOCHROME2',
    ...(frames > 1 && { [Tag.NumberOfFrames]: String(frames) }),
    [Tag.Rows]: 64,
    [Tag.Columns]: 64,
    [Tag.BitsAllocated]: 16,
    [Tag.BitsStored]: 12,
    [Tag.HighBit]: 11,
    [Tag.PixelRepresentation]: 0,
    [PIXELS]: pixels,
  });
}
