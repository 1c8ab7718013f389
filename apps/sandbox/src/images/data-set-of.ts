import { createHash } from 'node:crypto';

const PREAMBLE_BYTES = 132;
/** Tag, VR and length of (0002,0000), and its value. */
const GROUP_LENGTH_BYTES = 12;

/** The data set of a DICOM file: what follows its preamble and file meta (PS3.10 §7.1), by the group length alone. */
export function dataSetOf(file: Buffer): Buffer {
  const metaLength = file.readUInt32LE(PREAMBLE_BYTES + GROUP_LENGTH_BYTES - 4);
  return file.subarray(PREAMBLE_BYTES + GROUP_LENGTH_BYTES + metaLength);
}

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
