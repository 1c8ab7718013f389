import { charsetOf, isValid, type Charset } from './charset.js';
import { find, Segment, type MessageContext, type Range } from './segment.js';
import { readSeparators, SEPARATORS_END, type Separators } from './separators.js';

export interface MessageLimits {
  readonly maxSegments: number;
  readonly maxFields: number;
  readonly maxRepetitions: number;
}

/** A report holds some 25 segments of 50 fields; the longest standard segment (v2.9 PRT, OBX, OM1) stays under 60. */
export const DEFAULT_MESSAGE_LIMITS: MessageLimits = { maxSegments: 1000, maxFields: 200, maxRepetitions: 200 };

export interface ParseOptions {
  readonly limits?: Partial<MessageLimits>;
  /** Character set when MSH-18 is empty; the standard says ASCII, French senders mean UTF-8. */
  readonly defaultCharset?: Charset;
}

export type ParseProblemKind =
  | 'no-header'
  | 'bad-segment'
  | 'too-many-segments'
  | 'too-many-fields'
  | 'too-many-repetitions'
  | 'unknown-charset'
  | 'bad-encoding';

export interface ParseProblem {
  readonly kind: ParseProblemKind;
  /** Line of the message, from 1, blank lines not counted. */
  readonly line?: number;
}

/** A message in ER7 encoding. It keeps the bytes it was read from; values are decoded when asked for. */
export class Message {
  constructor(
    private readonly context: MessageContext,
    readonly segments: readonly Segment[],
  ) {}

  get bytes(): Buffer {
    return this.context.bytes;
  }

  get separators(): Separators {
    return this.context.separators;
  }

  get charset(): Charset {
    return this.context.charset;
  }

  /** First segment of a name. */
  first(name: string): Segment | undefined {
    return this.segments.find((segment) => segment.name === name);
  }

  all(name: string): Segment[] {
    return this.segments.filter((segment) => segment.name === name);
  }

  /** Text of a field of the first segment of a name; '' when absent. */
  text(name: string, field: number, component = 1, subcomponent = 1): string {
    return this.first(name)?.text(field, component, subcomponent) ?? '';
  }
}

export type ParseResult = { ok: true; value: Message } | { ok: false; problem: ParseProblem };

/**
 * Reads a message in ER7 encoding (HL7 v2.5 §2.5). Segments end with CR, LF or CRLF and blank lines are skipped: the
 * standard wants CR, the ANS files use all three. Cost is linear in the size; no value is copied.
 */
export function parseMessage(bytes: Buffer, options: ParseOptions = {}): ParseResult {
  const limits = { ...DEFAULT_MESSAGE_LIMITS, ...options.limits };
  const start = skipBlank(bytes);
  const separators = readSeparators(bytes.subarray(start));
  if (!separators) return failed('no-header');

  const lines = splitLines(bytes, start, limits.maxSegments);
  if (!lines) return failed('too-many-segments');
  const msh = fieldsOf(bytes, lines[0]!, separators, limits.maxFields);
  if (!msh) return failed('too-many-fields', 1);
  const charset = readCharset(bytes, msh[17], separators, options.defaultCharset ?? 'utf-8');
  if (!charset) return failed('unknown-charset', 1);
  if (!isValid(bytes, charset)) return failed('bad-encoding');

  const context: MessageContext = { bytes, separators, charset };
  const counts = new Map<string, number>();
  const segments: Segment[] = [];
  for (const [i, line] of lines.entries()) {
    const name = nameOf(bytes, line, separators);
    if (name === undefined) return failed('bad-segment', i + 1);
    const fields = i === 0 ? msh : fieldsOf(bytes, line, separators, limits.maxFields);
    if (!fields) return failed('too-many-fields', i + 1);
    if (fields.some((field) => repeatsTooMuch(bytes, field, separators, limits.maxRepetitions))) {
      return failed('too-many-repetitions', i + 1);
    }
    const sequence = (counts.get(name) ?? 0) + 1;
    counts.set(name, sequence);
    segments.push(new Segment(context, name, sequence, fields));
  }
  return { ok: true, value: new Message(context, segments) };
}

const failed = (kind: ParseProblemKind, line?: number): ParseResult => ({
  ok: false,
  problem: line === undefined ? { kind } : { kind, line },
});

const CR = 0x0d;
const LF = 0x0a;

function skipBlank(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at++;
  return at;
}

/** Ranges of the non-blank lines; undefined beyond the limit. */
export function splitLines(bytes: Buffer, from: number, limit: number): Range[] | undefined {
  const lines: Range[] = [];
  const end = bytes.length;
  let cr = -1;
  let lf = -1;
  for (let start = from; start < end;) {
    // Each search restarts only past its last answer: one pass over the bytes for each of the two characters.
    if (cr < start) cr = next(bytes, CR, start);
    if (lf < start) lf = next(bytes, LF, start);
    const stop = Math.min(cr, lf);
    if (stop > start) {
      if (lines.length === limit) return undefined;
      lines.push({ start, end: stop });
    }
    start = stop + 1;
  }
  return lines;
}

const next = (bytes: Buffer, byte: number, from: number): number => {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
};

/** Name of a segment: a capital, two capitals or digits, then a field or the end; undefined for anything else. */
function nameOf(bytes: Buffer, line: Range, separators: Separators): string | undefined {
  const after = line.start + 3;
  if (after > line.end || (after < line.end && bytes[after] !== separators.field)) return undefined;
  const name = bytes.toString('latin1', line.start, after);
  return /^[A-Z][A-Z0-9]{2}$/.test(name) ? name : undefined;
}

/** Ranges of a line's fields: index 0 is field 1. In MSH, field 1 is the separator itself (HL7 v2.5 §2.15.9.1). */
export function fieldsOf(bytes: Buffer, line: Range, separators: Separators, limit: number): Range[] | undefined {
  const fields: Range[] = [];
  let start = line.start + 4;
  if (bytes.toString('latin1', line.start, line.start + 3) === 'MSH') {
    fields.push({ start: line.start + 3, end: start });
    const end = find(bytes, separators.field, line.start + SEPARATORS_END, line.end);
    fields.push({ start, end: end < 0 ? line.end : end });
    if (end < 0) return fields;
    start = end + 1;
  }
  while (start <= line.end) {
    if (fields.length === limit) return undefined;
    const at = find(bytes, separators.field, start, line.end);
    const end = at < 0 ? line.end : at;
    fields.push({ start, end });
    start = end + 1;
  }
  return fields;
}

/** MSH-18: its first repetition is the character set of the message. */
function readCharset(
  bytes: Buffer,
  field: Range | undefined,
  separators: Separators,
  absent: Charset,
): Charset | undefined {
  if (!field || field.start === field.end) return absent;
  const name = bytes.toString('latin1', field.start, Math.min(field.end, field.start + 100));
  const first = name.split(String.fromCharCode(separators.repetition))[0] ?? '';
  return first.trim() === '' ? absent : charsetOf(first);
}

function repeatsTooMuch(bytes: Buffer, field: Range, separators: Separators, limit: number): boolean {
  if (field.end - field.start < limit) return false;
  let count = 1;
  for (let at = field.start; ; count++) {
    at = find(bytes, separators.repetition, at, field.end) + 1;
    if (at === 0) return false;
    if (count === limit) return true;
  }
}
