import { isAscii, isUtf8 } from 'node:buffer';

/** The character sets of the volet "Transmission de document(s) CDA-R2" (MSH-18, HL7 table 0211), and ASCII and 8859/1 for older senders. */
export type Charset = 'utf-8' | 'iso-8859-15' | 'iso-8859-1' | 'ascii';

const BY_MSH18: ReadonlyMap<string, Charset> = new Map([
  ['UNICODE UTF-8', 'utf-8'],
  ['UTF-8', 'utf-8'],
  ['8859/15', 'iso-8859-15'],
  ['8859/1', 'iso-8859-1'],
  ['ASCII', 'ascii'],
]);

/** Character set named by MSH-18; undefined when the name is unknown. */
export const charsetOf = (msh18: string): Charset | undefined => BY_MSH18.get(msh18.trim().toUpperCase());

/** True when the bytes are legal in the character set. Every byte is legal in ISO 8859. */
export function isValid(bytes: Uint8Array, charset: Charset): boolean {
  if (charset === 'utf-8') return isUtf8(bytes);
  return charset === 'ascii' ? isAscii(bytes) : true;
}

/** The eight places where ISO 8859-15 differs from ISO 8859-1. */
const LATIN9: readonly (readonly [byte: number, char: string])[] = [
  [0xa4, '€'],
  [0xa6, 'Š'],
  [0xa8, 'š'],
  [0xb4, 'Ž'],
  [0xb8, 'ž'],
  [0xbc, 'Œ'],
  [0xbd, 'œ'],
  [0xbe, 'Ÿ'],
];
const LATIN9_CHAR = new Map(LATIN9.map(([byte, char]) => [String.fromCharCode(byte), char]));
const LATIN9_BYTE = new Map(LATIN9.map(([byte, char]) => [char, String.fromCharCode(byte)]));
const LATIN9_MOVED = /[\u00a4\u00a6\u00a8\u00b4\u00b8\u00bc\u00bd\u00be]/g;

/** Text of bytes already known to be valid. */
export function decode(bytes: Buffer, charset: Charset): string {
  if (charset === 'utf-8') return bytes.toString('utf8');
  const latin1 = bytes.toString('latin1');
  return charset === 'iso-8859-15' ? latin1.replace(LATIN9_MOVED, (char) => LATIN9_CHAR.get(char) ?? char) : latin1;
}

/** Bytes of a text; a character that the set lacks becomes `?`. */
export function encode(text: string, charset: Charset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  const last = charset === 'ascii' ? 0x7f : 0xff;
  const bytes = Array.from(text, (char) => {
    const moved = charset === 'iso-8859-15' ? LATIN9_BYTE.get(char) : undefined;
    if (moved !== undefined) return moved;
    const lost = (char.codePointAt(0) ?? 0) > last || (charset === 'iso-8859-15' && LATIN9_CHAR.has(char));
    return lost ? '?' : char;
  });
  return Buffer.from(bytes.join(''), 'latin1');
}
