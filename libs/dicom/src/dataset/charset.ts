import { DatasetError } from './dataset-error.js';
import { decodeIso2022 } from './iso2022.js';
import { Tag } from './tags.js';
import { decodeLatin1, decoderFor } from './text-decoders.js';
import { type VR, VRS } from './vr.js';

/** How the text of one data set is read: what its (0008,0005) says (PS3.3 §C.12.1.1.2). */
export interface Charset {
  readonly decode: (bytes: Buffer, vr: VR) => string;
}

/** Single-byte sets by ISO registration number; the label is WHATWG's. */
const SINGLE_BYTE: ReadonlyMap<number, string> = new Map([
  [101, 'iso-8859-2'], [109, 'iso-8859-3'], [110, 'iso-8859-4'], [144, 'iso-8859-5'], [127, 'iso-8859-6'],
  [126, 'iso-8859-7'], [138, 'iso-8859-8'], [148, 'iso-8859-9'], [203, 'iso-8859-15'], [166, 'windows-874'],
  [13, 'shift_jis'],
]); // prettier-ignore
/** Sets that exist only as code extensions. */
const MULTI_BYTE = new Set([87, 159, 149, 58]);

const decodeAscii = (bytes: Buffer): string => bytes.toString('latin1').replace(/[\u0080-\u00ff]/g, '\ufffd');

function singleByteDecoder(registration: number): ((bytes: Buffer) => string) | undefined {
  if (registration === 6) return decodeAscii;
  if (registration === 100) return decodeLatin1;
  const label = SINGLE_BYTE.get(registration);
  return label === undefined ? undefined : decoderFor(label);
}

/** `ISO_IR 100`, `ISO 2022 IR 100` and their usual misspellings → 100. */
function registrationOf(term: string): number | undefined {
  const match = /^ISO[ _-]?(?:2022[ _-]?)?IR[ _-]?(\d{1,3})$/i.exec(term);
  return match ? Number(match[1]) : undefined;
}

const known = (registration: number | undefined): registration is number =>
  registration !== undefined && (singleByteDecoder(registration) !== undefined || MULTI_BYTE.has(registration));

/**
 * The character set named by the values of (0008,0005), the default repertoire when there is none.
 * An unknown name is a DatasetError of kind `charset`, or read as ASCII with U+FFFD when `unknown` is `replace`.
 */
export function charsetOf(terms: readonly string[], unknown: 'fail' | 'replace' = 'fail'): Charset {
  const [first = '', ...extensions] = terms.map((term) => term.trim());
  if (extensions.length === 0) {
    const whole = wholeSet(first);
    if (whole) return { decode: whole };
  }
  const registrations = [first || 'ISO_IR 6', ...extensions].map(registrationOf);
  if (registrations.every(known)) {
    const [initial = 6] = registrations;
    const single = extensions.length === 0 && !/2022/.test(first) ? singleByteDecoder(initial) : undefined;
    if (single) return { decode: single };
    return { decode: (bytes, vr) => decodeIso2022(bytes, initial, vr, VRS[vr].single === true) };
  }
  if (unknown === 'replace') return { decode: decodeAscii };
  throw new DatasetError('charset', 'unknown character set', Tag.SpecificCharacterSet);
}

/** Sets that take no code extension (PS3.3 Table C.12-5). */
function wholeSet(term: string): ((bytes: Buffer) => string) | undefined {
  if (term === 'GB18030' || term === 'GBK') return decoderFor(term);
  return registrationOf(term) === 192 ? decoderFor('utf-8') : undefined;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const encodingTables = new Map<number, ReadonlyMap<string, number>>();

function encodingTable(registration: number): ReadonlyMap<string, number> | undefined {
  const made = encodingTables.get(registration);
  if (made) return made;
  // ISO_IR 13 is not Western: two of its ASCII positions differ, so it is read but never written.
  const decode = registration === 13 ? undefined : singleByteDecoder(registration);
  if (!decode) return undefined;
  const table = new Map<string, number>();
  for (let byte = 0; byte < 0x80; byte += 1) table.set(String.fromCharCode(byte), byte);
  // C1 positions are never written, see text-decoders.
  for (let byte = 0xa0; byte <= 0xff; byte += 1) {
    const char = decode(Buffer.of(byte));
    if (char !== '\ufffd') table.set(char, byte);
  }
  encodingTables.set(registration, table);
  return table;
}

/**
 * Text in the set named by one (0008,0005) value: ISO_IR 192 or a single-byte set. Text is composed first (NFC), as the
 * single-byte sets have no combining characters. Undefined when a character does not fit or the set cannot be written.
 */
export function encodeText(text: string, term: string): Buffer | undefined {
  const composed = text.normalize('NFC');
  const registration = registrationOf(term || 'ISO_IR 6');
  if (registration === 192) return LONE_SURROGATE.test(composed) ? undefined : Buffer.from(composed, 'utf8');
  const table = registration === undefined ? undefined : encodingTable(registration);
  if (!table) return undefined;
  const bytes = Array.from(composed, (char) => table.get(char));
  return bytes.every((byte) => byte !== undefined) ? Buffer.from(bytes) : undefined;
}
