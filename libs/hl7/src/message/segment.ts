import { decode, type Charset } from './charset.js';
import { unescape } from './escape.js';
import type { Separators } from './separators.js';

/** What every part of a message needs to read itself. */
export interface MessageContext {
  readonly bytes: Buffer;
  readonly separators: Separators;
  readonly charset: Charset;
}

/** Half-open range of bytes of a message. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Below this length a loop is quicker than a native search on a sub-buffer. */
const SHORT = 128;

/** Position of a byte in `[start, end)`, or -1. */
export function find(bytes: Buffer, byte: number, start: number, end: number): number {
  if (end - start > SHORT) {
    const at = bytes.subarray(start, end).indexOf(byte);
    return at < 0 ? -1 : start + at;
  }
  for (let i = start; i < end; i++) if (bytes[i] === byte) return i;
  return -1;
}

/** The n-th part (from 1) of a range cut by a separator; undefined beyond the last. */
function part(bytes: Buffer, separator: number, range: Range, n: number): Range | undefined {
  let start = range.start;
  for (let i = 1; ; i++) {
    const at = find(bytes, separator, start, range.end);
    if (i === n) return { start, end: at < 0 ? range.end : at };
    if (at < 0) return undefined;
    start = at + 1;
  }
}

/** One repetition of a field. Components and subcomponents are found on demand: a long component is never cut. */
export class Repetition {
  constructor(
    private readonly context: MessageContext,
    private readonly range: Range,
  ) {}

  /**
   * Text of a subcomponent, escapes replaced; '' when absent. Components and subcomponents count from 1. Blanks at the end mean nothing
   * (ST, HL7 v2.5 §2.A.74) and are dropped.
   */
  text(component = 1, subcomponent = 1): string {
    const { bytes, separators, charset } = this.context;
    const whole = part(bytes, separators.component, this.range, component);
    const range = whole && part(bytes, separators.subcomponent, whole, subcomponent);
    if (!range) return '';
    return unescape(decode(bytes.subarray(range.start, range.end), charset), separators, charset).trimEnd();
  }

  /** Bytes of a whole component as sent, without a copy; empty when absent. For base64. */
  bytes(component: number): Buffer {
    const { bytes, separators } = this.context;
    const range = part(bytes, separators.component, this.range, component);
    return range ? bytes.subarray(range.start, range.end) : Buffer.alloc(0);
  }

  get isEmpty(): boolean {
    return this.range.start === this.range.end;
  }
}

/** One segment. Fields count from 1 as in the standard, MSH-1 being the field separator itself. */
export class Segment {
  constructor(
    private readonly context: MessageContext,
    /** Three characters: `PID`, `OBX`, `ZAM`… */
    readonly name: string,
    /** Occurrence among the segments of this name, from 1: what ERR-2.2 wants. */
    readonly sequence: number,
    private readonly fields: readonly Range[],
  ) {}

  /** Text of a subcomponent of the first repetition; '' when absent. */
  text(field: number, component = 1, subcomponent = 1): string {
    return this.repetition(field)?.text(component, subcomponent) ?? '';
  }

  /** First repetition of a field; undefined when the field is empty or absent. */
  repetition(field: number): Repetition | undefined {
    const range = this.fields[field - 1];
    if (!range || range.start === range.end) return undefined;
    const first = part(this.context.bytes, this.context.separators.repetition, range, 1);
    return first && new Repetition(this.context, first);
  }

  /** Every repetition of a field, their number bounded by the parser; [] when the field is empty or absent. */
  repetitions(field: number): Repetition[] {
    const range = this.fields[field - 1];
    if (!range || range.start === range.end) return [];
    const { bytes, separators } = this.context;
    const found: Repetition[] = [];
    let start = range.start;
    for (;;) {
      const at = find(bytes, separators.repetition, start, range.end);
      found.push(new Repetition(this.context, { start, end: at < 0 ? range.end : at }));
      if (at < 0) return found;
      start = at + 1;
    }
  }

  /** True when the field holds nothing, or the explicit null `""` (HL7 v2.5 §2.5.3). */
  isEmpty(field: number): boolean {
    const range = this.fields[field - 1];
    if (!range || range.start === range.end) return true;
    return range.end - range.start === 2 && this.context.bytes.toString('latin1', range.start, range.end) === '""';
  }
}
