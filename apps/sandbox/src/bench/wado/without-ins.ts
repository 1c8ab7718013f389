import { digestOf } from '../../images/data-set-of.js';

/** Other Patient IDs Sequence, where the INS is put: the only element that may differ from what the PACS holds. */
const OTHER_PATIENT_IDS = 0x00101002;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;
/** VRs whose length takes four bytes after two that are reserved (PS3.5 §7.1.2). */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** Digest of an explicit little endian data set but for that element: equal before and after the gateway. */
export function digestWithoutIns(dataset: Buffer): string {
  let at = 0;
  while (at < dataset.length && tagAt(dataset, at) < OTHER_PATIENT_IDS) at = elementEnd(dataset, at);
  const there = at < dataset.length && tagAt(dataset, at) === OTHER_PATIENT_IDS;
  return digestOf(Buffer.concat([dataset.subarray(0, at), dataset.subarray(there ? elementEnd(dataset, at) : at)]));
}

const tagAt = (bytes: Buffer, at: number): number => bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);

function elementEnd(bytes: Buffer, at: number): number {
  const long = LONG.has(bytes.toString('latin1', at + 4, at + 6));
  const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
  const value = at + (long ? 12 : 8);
  return length === UNDEFINED ? sequenceEnd(bytes, value) : value + length;
}

function sequenceEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (tagAt(bytes, at) === ITEM) {
    const length = bytes.readUInt32LE(at + 4);
    at += 8;
    if (length !== UNDEFINED) {
      at += length;
      continue;
    }
    while (tagAt(bytes, at) !== ITEM_END) at = elementEnd(bytes, at);
    at += 8;
  }
  if (tagAt(bytes, at) !== SEQUENCE_END) throw new Error('a sequence that does not end');
  return at + 8;
}
