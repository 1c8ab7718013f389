import { encodeText } from './charset.js';
import { DatasetError } from './dataset-error.js';
import { Tag, vrOf } from './tags.js';
import { characterCount } from './text.js';
import { type Encoding, encodingOf } from './transfer-syntax.js';
import { type VR, VRS } from './vr.js';

export type AttributeValue = string | number | Buffer | readonly string[] | readonly number[] | readonly Attributes[];

/**
 * What a data set shall hold, by tag; the dictionary knows the VRs. `''` and `[]` write an empty element, `undefined`
 * none. Text is written in the set that (0008,0005) names here or in the data set around: label and bytes always agree.
 */
export interface Attributes {
  readonly [tag: number]: AttributeValue | undefined;
}

const MAX_DEPTH = 16;

/**
 * Encodes a data set, elements in ascending order, lengths defined. Little endian only, not deflated.
 * Throws DatasetError `value` (too long, control character, not in the dictionary) or `charset` (does not fit the set).
 */
export function writeDataset(attributes: Attributes, transferSyntax: string): Buffer {
  const encoding = encodingOf(transferSyntax);
  if (encoding.bigEndian || encoding.deflated) throw new DatasetError('syntax', 'read, not written');
  return writeElements(attributes, encoding, '', 0);
}

function writeElements(attributes: Attributes, encoding: Encoding, outerCharset: string, depth: number): Buffer {
  if (depth > MAX_DEPTH) throw new DatasetError('limit', 'sequences nested too deep');
  const label = attributes[Tag.SpecificCharacterSet];
  const charset = typeof label === 'string' ? label : outerCharset;
  const tags = Object.keys(attributes)
    .map(Number)
    .toSorted((a, b) => a - b);
  const parts: Buffer[] = [];
  for (const tag of tags) {
    const value = attributes[tag];
    if (value === undefined) continue;
    const vr = vrOf(tag);
    if (!vr) throw new DatasetError('value', 'not in the dictionary', tag);
    const body =
      vr === 'SQ' ? writeItems(tag, value, encoding, charset, depth) : padded(vr, writeValue(tag, vr, value, charset));
    parts.push(elementHead(tag, vr, body.length, encoding), body);
  }
  return Buffer.concat(parts);
}

function writeItems(tag: number, value: AttributeValue, encoding: Encoding, charset: string, depth: number): Buffer {
  if (!isItems(value)) throw new DatasetError('value', 'items expected', tag);
  return Buffer.concat(
    value.flatMap((item) => {
      const body = writeElements(item, encoding, charset, depth + 1);
      const head = Buffer.alloc(8);
      head.writeUInt16LE(0xfffe, 0);
      head.writeUInt16LE(0xe000, 2);
      head.writeUInt32LE(body.length, 4);
      return [head, body];
    }),
  );
}

const isItems = (value: AttributeValue): value is readonly Attributes[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object');

function elementHead(tag: number, vr: VR, length: number, encoding: Encoding): Buffer {
  const longForm = encoding.explicitVr && VRS[vr].longForm;
  const head = Buffer.alloc(longForm ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  if (encoding.explicitVr) head.write(vr, 4, 'latin1');
  if (encoding.explicitVr && !longForm) {
    if (length > 0xfffe) throw new DatasetError('value', 'too long for its VR', tag);
    head.writeUInt16LE(length, 6);
  } else {
    head.writeUInt32LE(length, longForm ? 8 : 4);
  }
  return head;
}

function writeValue(tag: number, vr: VR, value: AttributeValue, charset: string): Buffer {
  if (Buffer.isBuffer(value)) return value;
  const values = (Array.isArray(value) ? value : [value]) as readonly (string | number | Attributes)[];
  const rule = VRS[vr];
  if (!rule.text) return Buffer.concat(values.map((number) => writeNumber(tag, vr, number)));
  const texts = values.map((text) => {
    if (typeof text === 'object') throw new DatasetError('value', 'text expected', tag);
    return checkedText(tag, vr, String(text));
  });
  const bytes = encodeText(texts.join('\\'), rule.text === 'charset' ? charset : 'ISO_IR 6');
  if (!bytes) throw new DatasetError('charset', 'text does not fit the character set', tag);
  return bytes;
}

function writeNumber(tag: number, vr: VR, value: string | number | Attributes): Buffer {
  const size = vr === 'US' || vr === 'SS' ? 2 : vr === 'UL' || vr === 'SL' ? 4 : 0;
  const signed = vr === 'SS' || vr === 'SL';
  const [low, high] = signed ? [-(2 ** (size * 8 - 1)), 2 ** (size * 8 - 1) - 1] : [0, 2 ** (size * 8) - 1];
  if (value === '') return Buffer.alloc(0);
  if (size === 0 || typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw new DatasetError('value', `not a value for ${vr}`, tag);
  }
  const bytes = Buffer.alloc(size);
  if (signed) bytes.writeIntLE(value, 0, size);
  else bytes.writeUIntLE(value, 0, size);
  return bytes;
}

function checkedText(tag: number, vr: VR, text: string): string {
  const rule = VRS[vr];
  // PS3.5 §6.1.3: only TAB, LF, FF and CR, and only in paragraphs
  const forbidden = rule.single ? /(?![\t\n\f\r])\p{Cc}/u : /[\p{Cc}\\]/u;
  if (forbidden.test(text)) throw new DatasetError('value', 'forbidden character', tag);
  const groups = vr === 'PN' ? text.split('=') : [text];
  if (groups.some((group) => characterCount(group) > (rule.max ?? Infinity))) {
    throw new DatasetError('value', `longer than ${vr} allows`, tag);
  }
  return text;
}

/** Even length: UI and binary with NUL, text with a space (PS3.5 §6.2). */
function padded(vr: VR, bytes: Buffer): Buffer {
  if (bytes.length % 2 === 0) return bytes;
  return Buffer.concat([bytes, Buffer.from(VRS[vr].text && vr !== 'UI' ? ' ' : '\0')]);
}
