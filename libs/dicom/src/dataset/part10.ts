import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION, TransferSyntax } from '../uids.js';
import { DatasetError } from './dataset-error.js';
import type { Dataset } from './dataset.js';
import { DatasetReader, readDataset, type ReadOptions } from './read-dataset.js';
import { Tag } from './tags.js';
import { writeDataset } from './write-dataset.js';

export interface FileMeta {
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly transferSyntax: string;
}

const PREAMBLE = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
const AFTER_META = 0x00030000;

/** Preamble and file meta (PS3.10 §7.1); the data set encoded in `transferSyntax` follows it in a file. */
export function part10Head({ sopClass, sopInstance, transferSyntax }: FileMeta): Buffer {
  const meta = writeDataset(
    {
      [Tag.FileMetaInformationVersion]: Buffer.of(0, 1),
      [Tag.MediaStorageSOPClassUID]: sopClass,
      [Tag.MediaStorageSOPInstanceUID]: sopInstance,
      [Tag.TransferSyntaxUID]: transferSyntax,
      [Tag.ImplementationClassUID]: IMPLEMENTATION_CLASS_UID,
      [Tag.ImplementationVersionName]: IMPLEMENTATION_VERSION,
    },
    TransferSyntax.ExplicitLittleEndian,
  );
  const length = writeDataset(
    { [Tag.FileMetaInformationGroupLength]: meta.length },
    TransferSyntax.ExplicitLittleEndian,
  );
  return Buffer.concat([PREAMBLE, length, meta]);
}

export interface Part10 {
  readonly meta: Dataset;
  readonly dataset: Dataset;
  readonly transferSyntax: string;
}

export type Part10Options = Omit<ReadOptions, 'transferSyntax'>;

/** Reads a DICOM file. Throws DatasetError: `malformed` when it is none, `syntax` when deflated or private. */
export function readPart10(file: Buffer, options: Part10Options = {}): Part10 {
  if (file.length < PREAMBLE.length || file.toString('latin1', 128, 132) !== 'DICM') {
    throw new DatasetError('malformed', 'not a DICOM file');
  }
  const body = file.subarray(PREAMBLE.length);
  const head = { transferSyntax: TransferSyntax.ExplicitLittleEndian, untilTag: AFTER_META };
  const { dataset: meta, end } = new DatasetReader(body, { ...options, ...head }).read();
  const transferSyntax = meta.getString(Tag.TransferSyntaxUID);
  if (transferSyntax === undefined) throw new DatasetError('malformed', 'no transfer syntax', Tag.TransferSyntaxUID);
  return { meta, dataset: readDataset(body.subarray(end), { ...options, transferSyntax }), transferSyntax };
}
