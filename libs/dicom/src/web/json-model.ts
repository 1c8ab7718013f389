import type { Dataset, Element } from '../dataset/dataset.js';
import { type VR, VRS } from '../dataset/vr.js';

/** An attribute in the DICOM JSON model (PS3.18 §F.2.2). */
export interface JsonAttribute {
  readonly vr: VR;
  readonly Value?: readonly (JsonValue | null)[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

export type JsonValue = string | number | JsonPersonName | JsonDataset;

export interface JsonPersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

/** Attributes by tag, eight upper-case hexadecimal digits. */
export interface JsonDataset {
  readonly [tag: string]: JsonAttribute;
}

export interface JsonOptions {
  /** Longer binary values are not put in line: left out, or named by `bulkDataUri`. Default 1024 bytes. */
  readonly maxInlineBytes?: number;
  /** Where a long value can be asked for, by the path of tags to it; undefined: nowhere. */
  readonly bulkDataUri?: (path: string) => string | undefined;
}

/**
 * The DICOM JSON model of a data set as read from explicit VR (implicit VR is re-encoded first: unknown elements would
 * be UN). Text is decoded by the (0008,0005) of its own level; JSON is UTF-8, so (0008,0005) says ISO_IR 192 (PS3.18 §F.2.1).
 */
export const jsonModel = (dataset: Dataset, options: JsonOptions = {}): JsonDataset => level(dataset, options, '');

function level(dataset: Dataset, options: JsonOptions, path: string): JsonDataset {
  const attributes: Record<string, JsonAttribute> = {};
  for (const element of dataset.elements()) {
    // Group lengths describe an encoding that is not there any more.
    if ((element.tag & 0xffff) === 0) continue;
    const name = element.tag.toString(16).padStart(8, '0').toUpperCase();
    const attribute = attributeOf(dataset, element, options, `${path}${name}`);
    if (attribute) attributes[name] = attribute;
  }
  if (attributes['00080005']) attributes['00080005'] = { vr: 'CS', Value: ['ISO_IR 192'] };
  return attributes;
}

function attributeOf(
  dataset: Dataset,
  element: Element,
  options: JsonOptions,
  path: string,
): JsonAttribute | undefined {
  const { vr, bytes, items } = element;
  if (items) {
    const values = items.map((item, index) => level(item, options, `${path}/${index}/`));
    return values.length === 0 ? { vr } : { vr, Value: values };
  }
  if (!bytes || bytes.length === 0) return { vr };
  if (isBinary(vr)) return binary(dataset, element, bytes, options, path);
  const Value = valuesOf(dataset, element, bytes);
  return Value.every((value) => value === null) ? { vr } : { vr, Value };
}

const isBinary = (vr: VR): boolean => VRS[vr].longForm === true && !VRS[vr].text && vr !== 'SV' && vr !== 'UV';

function binary(
  { bigEndian }: Dataset,
  { vr }: Element,
  bytes: Buffer,
  { maxInlineBytes = 1024, bulkDataUri }: JsonOptions,
  path: string,
): JsonAttribute | undefined {
  // InlineBinary is little endian (§F.2.7): words of a big endian data set are for a conversion, not for this model.
  const inline = bytes.length <= maxInlineBytes && (!bigEndian || vr === 'OB' || vr === 'UN');
  if (inline) return { vr, InlineBinary: bytes.toString('base64') };
  const BulkDataURI = bulkDataUri?.(path);
  return BulkDataURI === undefined ? undefined : { vr, BulkDataURI };
}

function valuesOf(dataset: Dataset, { tag, vr }: Element, bytes: Buffer): (JsonValue | null)[] {
  if (vr === 'AT') return words(bytes, 4, (at) => tagName(bytes, at, dataset.bigEndian));
  if (vr === 'SV' || vr === 'UV') return words(bytes, 8, (at) => big(bytes, at, vr, dataset.bigEndian));
  const texts = dataset.getStrings(tag);
  return texts.map((text) => {
    if (text === '') return null;
    if (vr === 'PN') return personName(text);
    return isNumeric(vr) ? numberOrText(text) : text;
  });
}

const words = <T>(bytes: Buffer, size: number, read: (at: number) => T): T[] =>
  Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => read(index * size));

function tagName(bytes: Buffer, at: number, bigEndian: boolean): string {
  const [group, element] = bigEndian
    ? [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)]
    : [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
  return (group * 0x10000 + element).toString(16).padStart(8, '0').toUpperCase();
}

/** 64 bits: a number when it is exact, else its digits (§F.2.3, Table F.2.3-1). */
function big(bytes: Buffer, at: number, vr: 'SV' | 'UV', bigEndian: boolean): number | string {
  const value =
    vr === 'SV'
      ? bigEndian
        ? bytes.readBigInt64BE(at)
        : bytes.readBigInt64LE(at)
      : bigEndian
        ? bytes.readBigUInt64BE(at)
        : bytes.readBigUInt64LE(at);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

const isNumeric = (vr: VR): boolean => vr === 'DS' || vr === 'IS' || (!VRS[vr].text && vr !== 'AT');

/** What is no JSON number (NaN, infinities, a decimal string that is none) stays text. */
function numberOrText(text: string): number | string {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}

function personName(text: string): JsonPersonName {
  const [alphabetic, ideographic, phonetic] = text.split('=').map((group) => group.trim());
  return {
    ...(alphabetic ? { Alphabetic: alphabetic } : {}),
    ...(ideographic ? { Ideographic: ideographic } : {}),
    ...(phonetic ? { Phonetic: phonetic } : {}),
  };
}
