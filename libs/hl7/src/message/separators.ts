/** The five delimiters of a message, MSH-1 and MSH-2 (HL7 v2.5 §2.5.4), as byte values: all are ASCII. */
export interface Separators {
  readonly field: number;
  readonly component: number;
  readonly repetition: number;
  readonly escape: number;
  readonly subcomponent: number;
}

export const DEFAULT_SEPARATORS: Separators = {
  field: 0x7c,
  component: 0x5e,
  repetition: 0x7e,
  escape: 0x5c,
  subcomponent: 0x26,
};

/** Length of `MSH` + MSH-1 + MSH-2's four characters. */
export const SEPARATORS_END = 8;

const isDelimiter = (byte: number): boolean =>
  byte > 0x20 && byte < 0x7f && !(byte >= 0x30 && byte <= 0x39) && !isLetter(byte);
const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/**
 * Delimiters of the MSH segment that starts the bytes; undefined when they are missing, not five distinct punctuation
 * characters, or not followed by MSH-1. A fifth character of MSH-2 (truncation, v2.7) is accepted and ignored.
 */
export function readSeparators(bytes: Buffer): Separators | undefined {
  if (bytes.length < SEPARATORS_END + 1 || bytes.toString('latin1', 0, 3) !== 'MSH') return undefined;
  const five = [...bytes.subarray(3, SEPARATORS_END)];
  const [field, component, repetition, escape, subcomponent] = five;
  if (!five.every(isDelimiter) || new Set(five).size !== 5) return undefined;
  if (bytes[SEPARATORS_END] !== field && bytes[SEPARATORS_END + 1] !== field) return undefined;
  return {
    field: field!,
    component: component!,
    repetition: repetition!,
    escape: escape!,
    subcomponent: subcomponent!,
  };
}

/** The delimiters as they are written in MSH-1 and MSH-2. */
export const separatorsText = (s: Separators): string =>
  String.fromCharCode(s.field, s.component, s.repetition, s.escape, s.subcomponent);
