import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openPart10, part10Head } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { TransferSyntax } from '../uids.js';

const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';

/** A small MR object without pixels, enough for a PACS to index and answer queries. */
export function testObject(attributes: Attributes): Buffer {
  const sopInstance = attributes[Tag.SOPInstanceUID] as string;
  const head = part10Head({ sopClass: MR_IMAGE, sopInstance, transferSyntax: TransferSyntax.ExplicitLittleEndian });
  const all = { [Tag.SOPClassUID]: MR_IMAGE, [Tag.Modality]: 'MR', ...attributes };
  return Buffer.concat([head, writeDataset(all, TransferSyntax.ExplicitLittleEndian)]);
}

export const TEST_STUDY = '1.2.826.0.1.3680043.10.1.1';

/** Writes a study of `seriesCount` × `perSeries` objects; returns the file names. */
export function writeTestStudy(folder: string, seriesCount: number, perSeries: number, texts: Attributes): string[] {
  const files: string[] = [];
  for (let series = 1; series <= seriesCount; series += 1) {
    for (let number = 1; number <= perSeries; number += 1) {
      const file = path.join(folder, `${series}-${number}.dcm`);
      const uids = {
        [Tag.StudyInstanceUID]: TEST_STUDY,
        [Tag.SeriesInstanceUID]: `${TEST_STUDY}.${series}`,
        [Tag.SOPInstanceUID]: `${TEST_STUDY}.${series}.${number}`,
      };
      const numbers = {
        [Tag.SeriesNumber]: series,
        [Tag.InstanceNumber]: number,
        [Tag.PatientID]: 'P1',
        [Tag.StudyID]: 'S1',
      };
      writeFileSync(file, testObject({ ...uids, ...numbers, ...texts }));
      files.push(file);
    }
  }
  return files;
}

/** A grey square of 16 bits, deterministic: what a codec of dcmtk takes. */
export function squareImage(side: number): Attributes {
  const pixels = Buffer.alloc(side * side * 2);
  for (let at = 0; at < side * side; at += 1) pixels.writeUInt16LE((at * 7 + (at >>> 8) * 31) & 0xfff, at * 2);
  return {
    [Tag.SamplesPerPixel]: 1,
    [Tag.PhotometricInterpretation]: 'MONOCHROME2',
    [Tag.Rows]: side,
    [Tag.Columns]: side,
    [Tag.BitsAllocated]: 16,
    [Tag.BitsStored]: 12,
    [Tag.HighBit]: 11,
    [Tag.PixelRepresentation]: 0,
    [Tag.PixelData]: pixels,
  };
}

/** SHA-256 of each file's data set, by SOP Instance UID: what must arrive, byte for byte. */
export function datasetDigests(files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    files.map((file) => {
      const { meta, bytes } = openPart10(readFileSync(file));
      const sopInstance = meta.getString(Tag.MediaStorageSOPInstanceUID) ?? '';
      return [sopInstance, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}
