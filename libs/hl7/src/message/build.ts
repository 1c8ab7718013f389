import { encode, type Charset } from './charset.js';
import { DEFAULT_SEPARATORS, separatorsText, type Separators } from './separators.js';

/** ER7 text of a segment: its name, then its fields from 1, already in ER7 form; empty fields at the end are dropped. */
export function buildSegment(
  name: string,
  fields: readonly string[],
  separators: Separators = DEFAULT_SEPARATORS,
): string {
  const separator = String.fromCharCode(separators.field);
  const last = fields.findLastIndex((field) => field !== '');
  return [name, ...fields.slice(0, last + 1)].join(separator);
}

/** ER7 text of MSH: `fields` start at MSH-3. */
export const buildHeader = (fields: readonly string[], separators: Separators = DEFAULT_SEPARATORS): string =>
  buildSegment(`MSH${separatorsText(separators)}`, fields, separators);

/** A message ready to be sent: each segment ends with CR (HL7 v2.5 §2.5.1). */
export const buildMessage = (segments: readonly string[], charset: Charset): Buffer =>
  encode(segments.map((segment) => `${segment}\r`).join(''), charset);
