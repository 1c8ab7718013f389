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

/** Reads a DICOM file. Throws DatasetError: `malformed` when it is none, `syntax` when private. */
export function readPart10(file: Buffer, options: Part10Options = {}): Part10 {
  const { meta, transferSyntax, bytes } = openPart10(file);
  return { meta, dataset: readDataset(bytes, { ...options, transferSyntax }), transferSyntax };
}

/**
 * The meta of a DICOM file and the bytes of its data set, unread. The preamble is never looked at: it may make the file
 * pass for another kind (CVE-2019-11687). Throws DatasetError.
 */
export function openPart10(file: Buffer): {
  readonly meta: Dataset;
  readonly transferSyntax: string;
  readonly bytes: Buffer;
} {
  if (file.length < PREAMBLE.length || file.toString('latin1', 128, 132) !== 'DICM') {
    throw new DatasetError('malformed', 'not a DICOM file');
  }
  const body = file.subarray(PREAMBLE.length);
  const { dataset: meta, end } = new DatasetReader(body, {
    transferSyntax: TransferSyntax.ExplicitLittleEndian,
    untilTag: AFTER_META,
    maxBytes: Infinity,
  }).read();
  const transferSyntax = meta.getString(Tag.TransferSyntaxUID);
  if (transferSyntax === undefined) throw new DatasetError('malformed', 'no transfer syntax', Tag.TransferSyntaxUID);
  return { meta, transferSyntax, bytes: body.subarray(end) };
}
