import { charsetOf, type Charset } from './charset.js';
import { fieldsOf, splitLines } from './parse.js';
import { DEFAULT_SEPARATORS, readSeparators, type Separators } from './separators.js';

/**
 * The MSH fields an acknowledgement echoes, as sent: each string holds one character per byte, so that writing it back
 * gives the same bytes whatever the character set. Missing or absurd fields (too long, control characters) are ''.
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
  const field = (n: number): string => {
    const range = fields[n - 1];
    if (!range || range.end - range.start > MAX_ECHO_BYTES) return '';
    const text = head.toString('latin1', at + range.start, at + range.end);
    // A control character would break the framing of the answer.
    return CONTROL.test(text) ? '' : text;
  };
  const repetition = String.fromCharCode(separators.repetition);
  return { separators, charset: charsetOf(field(18).split(repetition)[0] ?? ''), field };
}
