import { charsetOf, isValid, type Charset } from './charset.js';
import { fieldsOf, splitLines } from './parse.js';
import { DEFAULT_SEPARATORS, readSeparators, type Separators } from './separators.js';

/**
 * The MSH fields an acknowledgement echoes, as sent: each string holds one character per byte, so that writing it back
 * gives the same bytes whatever the character set. Missing or absurd fields (too long, control characters, bytes outside the character set) are ''.
 */
export interface RawHeader {
  readonly separators: Separators;
  /** What the sender claims in MSH-18; undefined when absent or unknown. */
  readonly charset: Charset | undefined;
  /** MSH-n by its number, from 3 to 21. */
  readonly field: (n: number) => string;
}

/** No echoed field is longer in the standard (HD 227, MSH-10 199). */
const MAX_ECHO_BYTES = 250;
const MAX_HEADER_BYTES = 4096;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A header with nothing in it: what is left of a message that does not even start with MSH. */
export const EMPTY_HEADER: RawHeader = {
  separators: DEFAULT_SEPARATORS,
  charset: undefined,
  field: () => '',
};

/** Reads as much of MSH as there is: of a refused message, or of the head of one that is too large. Never fails. */
export function readHeader(bytes: Buffer): RawHeader {
  const head = bytes.subarray(0, MAX_HEADER_BYTES);
  const at = Math.max(0, head.indexOf('MSH'));
  const separators = readSeparators(head.subarray(at));
  if (!separators) return EMPTY_HEADER;
  const line = splitLines(head.subarray(at), 0, MAX_HEADER_BYTES)?.[0];
  const fields = (line && fieldsOf(head.subarray(at), line, separators, MAX_HEADER_BYTES)) ?? [];
  const raw = (n: number): Buffer => {
    const range = fields[n - 1];
    return range ? head.subarray(at + range.start, at + range.end) : Buffer.alloc(0);
  };
  const repetition = String.fromCharCode(separators.repetition);
  const charset = charsetOf(raw(18).toString('latin1').split(repetition)[0] ?? '');
  const field = (n: number): string => {
    const bytes = raw(n);
    const text = bytes.toString('latin1');
    // A control character would break the framing of the answer, an illegal byte its reading.
    const harmful = bytes.length > MAX_ECHO_BYTES || CONTROL.test(text) || !isValid(bytes, charset ?? 'utf-8');
    return harmful ? '' : text;
  };
  return { separators, charset: field(18) === '' ? undefined : charset, field };
}
