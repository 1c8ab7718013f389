/**
 * A writer of DICOM Part 10 files in Explicit VR Little Endian, for this sandbox only: it shares no code with the
 * product it is to catch in the wrong. It writes what it is given, wrong data sets too.
 */

/** ISO 8859-1 or UTF-8 (PS3.3 C.12.1.1.2). */
export type CharacterSet = 'ISO_IR 100' | 'ISO_IR 192';

type Text = string | number | readonly (string | number)[];
/** One attribute: tag, VR, value. A sequence is an array of items, an item an array of attributes. */
export type Attribute =
  | readonly [tag: number, vr: TextVr, value: Text]
  | readonly [tag: number, vr: NumberVr, value: number | readonly number[]]
  | readonly [tag: number, vr: 'OB' | 'OW', value: Buffer]
  | readonly [tag: number, vr: 'SQ', items: readonly DataSet[]];
export type DataSet = readonly Attribute[];

const NUMBER_BYTES = { AT: 4, US: 2, SS: 2, UL: 4 } as const;
/** VRs whose length takes 32 bits after two reserved bytes (PS3.5 §7.1.2). */
const LONG_VRS: readonly string[] = ['OB', 'OW', 'SQ', 'UT'];
type TextVr = 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'LT' | 'PN' | 'SH' | 'ST' | 'TM' | 'UI' | 'UT';
type NumberVr = keyof typeof NUMBER_BYTES;

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const WRITER_CLASS_UID = '2.25.311735211467823045718802930461183927';
const WRITER_VERSION = 'SANDBOX_STUDY';

/** Preamble, file meta information and data set (PS3.10 §7.1). `sopClass` and `sopInstance` are those of the data set. */
export function part10(sopClass: string, sopInstance: string, charset: CharacterSet, dataSet: DataSet): Buffer {
  const meta = writeDataSet(charset, [
    [0x0002_0001, 'OB', Buffer.from([0, 1])],
    [0x0002_0002, 'UI', sopClass],
    [0x0002_0003, 'UI', sopInstance],
    [0x0002_0010, 'UI', EXPLICIT_LITTLE_ENDIAN],
    [0x0002_0012, 'UI', WRITER_CLASS_UID],
    [0x0002_0013, 'SH', WRITER_VERSION],
  ]);
  const length = writeDataSet(charset, [[0x0002_0000, 'UL', meta.length]]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, meta, writeDataSet(charset, dataSet)]);
}

/** Attributes in any order; of two with the same tag the later one counts. */
export function writeDataSet(charset: CharacterSet, dataSet: DataSet): Buffer {
  const byTag = new Map(dataSet.map((attribute) => [attribute[0], attribute]));
  const sorted = [...byTag.values()].toSorted((a, b) => a[0] - b[0]);
  return Buffer.concat(sorted.flatMap((attribute) => writeAttribute(charset, attribute)));
}

function writeAttribute(charset: CharacterSet, attribute: Attribute): Buffer[] {
  const [tag, vr] = attribute;
  const value = valueOf(charset, attribute);
  const long = LONG_VRS.includes(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return [head, value];
}

function valueOf(charset: CharacterSet, attribute: Attribute): Buffer {
  const [, vr, value] = attribute;
  if (vr === 'SQ') return Buffer.concat(value.flatMap((item) => writeItem(charset, item)));
  if (Buffer.isBuffer(value)) return value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  if (vr in NUMBER_BYTES) return numbers(vr as NumberVr, [value].flat() as number[]);
  const text = [value].flat().join('\\');
  const padded = vr === 'UI' ? '\0' : ' '; // PS3.5 §6.2
  const bytes = encode(charset, text);
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(padded)]);
}

function writeItem(charset: CharacterSet, item: DataSet): Buffer[] {
  const body = writeDataSet(charset, item);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(0xe000, 2);
  head.writeUInt32LE(body.length, 4);
  return [head, body];
}

function encode(charset: CharacterSet, text: string): Buffer {
  if (charset === 'ISO_IR 192') return Buffer.from(text, 'utf8');
  for (const character of text) {
    if (character.charCodeAt(0) > 0xff) throw new Error('a character of the study does not exist in ISO_IR 100');
  }
  return Buffer.from(text, 'latin1');
}

function numbers(vr: NumberVr, values: readonly number[]): Buffer {
  const size = NUMBER_BYTES[vr];
  const bytes = Buffer.alloc(size * values.length);
  for (const [index, value] of values.entries()) {
    const at = index * size;
    if (vr === 'US') bytes.writeUInt16LE(value, at);
    else if (vr === 'SS') bytes.writeInt16LE(value, at);
    else if (vr === 'UL') bytes.writeUInt32LE(value, at);
    else {
      bytes.writeUInt16LE(value >>> 16, at); // AT is a pair of 16-bit numbers: group, element
      bytes.writeUInt16LE(value & 0xffff, at + 2);
    }
  }
  return bytes;
}
