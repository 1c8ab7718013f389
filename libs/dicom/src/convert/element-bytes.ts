import { type VR, VRS } from '../dataset/vr.js';

/** Heads and delimiters of Explicit VR Little Endian (PS3.5 §7.1.2, §7.5). `length` may be undefined length, 0xffffffff. */
export function elementHead(tag: number, vr: VR, length: number): Buffer {
  const head = Buffer.alloc(VRS[vr].longForm ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (VRS[vr].longForm) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 6);
  return head;
}

export function itemHead(length: number): Buffer {
  const head = Buffer.from('feff00e000000000', 'hex');
  head.writeUInt32LE(length, 4);
  return head;
}

export const itemDelimiter = (): Buffer => Buffer.from('feff0de000000000', 'hex');

export const sequenceDelimiter = (): Buffer => Buffer.from('feffdde000000000', 'hex');
