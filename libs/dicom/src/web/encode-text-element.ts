import type { Encoding } from '../dataset/transfer-syntax.js';
import { vrOf } from '../dataset/tags.js';
import { type VR, VRS } from '../dataset/vr.js';

/** Elements of ASCII text and sequences of them, by tag in ascending order: all that an INS takes. */
export interface TextElements {
  readonly [tag: number]: string | readonly TextElements[];
}

const ITEM = 0xfffee000;

/** Encodes them in any layout, big endian too; lengths are defined (PS3.5 §7.1, §7.5). */
export function encodeTextElements(elements: TextElements, encoding: Encoding): Buffer {
  return Buffer.concat(
    (Object.entries(elements) as [string, string | readonly TextElements[]][]).flatMap(([name, value]) => {
      const tag = Number(name);
      const vr = typeof value === 'string' ? (vrOf(tag) ?? 'LO') : 'SQ';
      const body =
        typeof value === 'string'
          ? Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1')
          : Buffer.concat(value.map((item) => encodeItem(item, encoding)));
      return [elementHead(tag, vr, body.length, encoding), body];
    }),
  );
}

export function encodeItem(elements: TextElements, encoding: Encoding): Buffer {
  const body = encodeTextElements(elements, encoding);
  const head = Buffer.alloc(8);
  writeTag(head, ITEM, encoding);
  writeU32(head, 4, body.length, encoding);
  return Buffer.concat([head, body]);
}

/** `length` may be undefined length. */
export function elementHead(tag: number, vr: VR, length: number, encoding: Encoding): Buffer {
  const long = encoding.explicitVr && VRS[vr].longForm === true;
  const head = Buffer.alloc(long ? 12 : 8);
  writeTag(head, tag, encoding);
  if (encoding.explicitVr) head.write(vr, 4, 'latin1');
  if (long || !encoding.explicitVr) writeU32(head, head.length - 4, length, encoding);
  else if (encoding.bigEndian) head.writeUInt16BE(length, 6);
  else head.writeUInt16LE(length, 6);
  return head;
}

export const readU32 = (bytes: Buffer, at: number, { bigEndian }: Encoding): number =>
  bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);

export function writeU32(into: Buffer, at: number, value: number, { bigEndian }: Encoding): void {
  if (bigEndian) into.writeUInt32BE(value >>> 0, at);
  else into.writeUInt32LE(value >>> 0, at);
}

function writeTag(into: Buffer, tag: number, { bigEndian }: Encoding): void {
  if (bigEndian) {
    into.writeUInt32BE(tag, 0);
    return;
  }
  into.writeUInt16LE(tag >>> 16, 0);
  into.writeUInt16LE(tag & 0xffff, 2);
}
