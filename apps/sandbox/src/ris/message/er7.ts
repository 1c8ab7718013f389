/** Character sets of the volet (MSH-18) as their senders name them. */
export type MessageCharset = 'UNICODE UTF-8' | '8859/15';

const ESCAPES: Record<string, string> = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' };

/** A value as it may stand in a component (HL7 v2.5 §2.7.1). */
export const escaped = (value: string): string => value.replace(/[\\|^&~]/g, (character) => ESCAPES[character] ?? '');

/** Components from 1; undefined ones are empty, the empty ones at the end are left out. */
export const components = (...values: (string | undefined)[]): string =>
  values
    .map((value) => value ?? '')
    .join('^')
    .replace(/\^+$/, '');

/** A segment from its fields by number (HL7 counts from 1). */
export function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? '')].join('|');
}

/** MSH counts the separator itself as its first field, and MSH-2 is not escaped (HL7 v2.5 §2.15.9). */
export const messageHeader = (fields: Readonly<Record<number, string>>): string =>
  segment(
    'MSH',
    Object.fromEntries(Object.entries({ 2: '^~\\&', ...fields }).map(([at, value]) => [Number(at) - 1, value])),
  );

/** ISO 8859-15 differs from 8859-1 in eight places. */
const LATIN_9: Record<string, number> = { '€': 0xa4, Š: 0xa6, š: 0xa8, Ž: 0xb4, ž: 0xb8, Œ: 0xbc, œ: 0xbd, Ÿ: 0xbe };

/** Throws when a character does not exist in the set. */
export function encode(text: string, charset: MessageCharset): Buffer {
  if (charset === 'UNICODE UTF-8') return Buffer.from(text, 'utf8');
  const replaced = new Set(Object.values(LATIN_9));
  return Buffer.from(
    Array.from(text, (character) => {
      const byte = LATIN_9[character] ?? character.codePointAt(0) ?? 0;
      if (byte > 0xff || (replaced.has(byte) && LATIN_9[character] === undefined)) {
        throw new Error('a character of the message does not exist in ISO 8859-15');
      }
      return byte;
    }),
  );
}
