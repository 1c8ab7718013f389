/** Start block, end block and the carriage return that follows it (HL7 MLLP release 1). */
export const START_BLOCK = 0x0b;
export const END_BLOCK = 0x1c;
export const CARRIAGE_RETURN = 0x0d;

export const MEBIBYTE = 1024 * 1024;

export interface DecoderLimits {
  /** Bytes of one message; more is discarded as it comes. */
  readonly maxFrameBytes: number;
  /** Bytes outside any frame, other than NUL, CR and LF, before the stream is given up. */
  readonly maxJunkBytes: number;
}

export const DEFAULT_DECODER_LIMITS: DecoderLimits = { maxFrameBytes: 20 * MEBIBYTE, maxJunkBytes: 64 * 1024 };

/** What is wrong with a stretch of stream. `head` holds its first bytes, enough to read MSH and to answer. */
export type FramingFault =
  | { readonly kind: 'too-large'; readonly head: Buffer }
  /** A frame without its end block, cut by the next start block or by the end of the stream: it may lack segments. */
  | { readonly kind: 'unterminated'; readonly head: Buffer; readonly by: 'next-start' | 'end-of-stream' }
  | { readonly kind: 'too-much-junk' };

export type DecoderEvent = { readonly kind: 'frame'; readonly frame: Buffer } | FramingFault;

/** Bytes of a faulty frame kept for its answer. */
const HEAD_BYTES = 4096;
const FIRST_CAPACITY = 64 * 1024;

/**
 * Cuts a stream of bytes into MLLP frames, whatever the chunks: one byte at a time, several frames in one chunk. Its marks are searched for,
 * not its bytes walked; a byte is copied at most twice on average (a frame inside one chunk is not copied at all).
 *
 * Tolerated: NUL, CR, LF and other junk between frames; a missing CR after the end block when the next start block or the end of the
 * stream follows at once. Not tolerated, because the message may be cut: a start block inside a frame, an end of stream before the end
 * block. A 0x1C followed by any other byte belongs to the message.
 */
export class FrameDecoder {
  private readonly limits: DecoderLimits;
  private state: 'between' | 'inside' | 'discarding' = 'between';
  /** Of the chunk before. */
  private lastByte = 0;
  private junk = 0;
  private kept: Buffer = Buffer.alloc(0);
  private length = 0;
  private started = 0;

  constructor(limits: Partial<DecoderLimits> = {}) {
    this.limits = { ...DEFAULT_DECODER_LIMITS, ...limits };
  }

  /** True between a start block and its end. */
  get insideFrame(): boolean {
    return this.state !== 'between';
  }

  /** Count of the start blocks seen: tells one slow frame from several. */
  get framesStarted(): number {
    return this.started;
  }

  /** Takes the next bytes; the frames returned may share memory with them. */
  push(chunk: Buffer): DecoderEvent[] {
    const events: DecoderEvent[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (this.state === 'between') {
        if (chunk[at] !== START_BLOCK) {
          this.skip(chunk[at]!, events);
          continue;
        }
      } else {
        at = this.nextMark(chunk, at);
        if (at === chunk.length) break;
        const part = chunk.subarray(from, at);
        if (chunk[at] !== START_BLOCK) {
          this.complete(part, events);
          continue;
        }
        this.cut(part, 'next-start', events);
      }
      this.begin();
      from = at + 1;
    }
    if (this.state !== 'between') this.keep(chunk.subarray(from), events);
    this.lastByte = chunk.at(-1) ?? this.lastByte;
    return events;
  }

  /** Where the frame in progress ends: its closing carriage return, or the start block that cuts it; else the chunk's end. */
  private nextMark(chunk: Buffer, from: number): number {
    if (from === 0 && chunk[0] === CARRIAGE_RETURN && this.lastByte === END_BLOCK) return 0;
    const start = chunk.indexOf(START_BLOCK, from);
    const limit = start < 0 ? chunk.length : start;
    // Never beyond the next start block: a stream full of them must not be searched to its end for each.
    const frame = chunk.subarray(0, limit);
    let end = frame.indexOf(END_BLOCK, from);
    while (end >= 0 && end + 1 < limit && frame[end + 1] !== CARRIAGE_RETURN) end = frame.indexOf(END_BLOCK, end + 1);
    return end >= 0 && end + 1 < limit ? end + 1 : limit;
  }

  /** The stream is over. */
  end(): DecoderEvent[] {
    const events: DecoderEvent[] = [];
    if (this.state !== 'between') this.cut(Buffer.alloc(0), 'end-of-stream', events);
    return events;
  }

  private begin(): void {
    this.state = 'inside';
    this.started++;
    this.length = 0;
    this.junk = 0;
  }

  private skip(byte: number, events: DecoderEvent[]): void {
    if (byte === 0 || byte === 0x0a || byte === CARRIAGE_RETURN) return;
    this.junk++;
    if (this.junk === this.limits.maxJunkBytes + 1) events.push({ kind: 'too-much-junk' });
  }

  /** `rest` ends with the end block, which is not part of the message. */
  private complete(rest: Buffer, events: DecoderEvent[]): void {
    const whole = this.length === 0 ? rest : undefined;
    if (!whole || whole.length > this.limits.maxFrameBytes) this.keep(rest, events);
    if (this.state === 'inside') {
      const frame = whole ?? this.kept.subarray(0, this.length);
      events.push({ kind: 'frame', frame: frame.subarray(0, frame.length - 1) });
    }
    this.release();
  }

  private cut(rest: Buffer, by: 'next-start' | 'end-of-stream', events: DecoderEvent[]): void {
    this.keep(rest, events);
    if (this.state === 'inside') {
      const bytes = this.kept.subarray(0, this.length);
      if (bytes.at(-1) === END_BLOCK) events.push({ kind: 'frame', frame: bytes.subarray(0, -1) });
      else events.push({ kind: 'unterminated', head: Buffer.from(bytes.subarray(0, HEAD_BYTES)), by });
    }
    this.release();
  }

  /** Appends to the frame in progress; its buffer doubles, so that a byte is copied twice on average. */
  private keep(bytes: Buffer, events: DecoderEvent[]): void {
    if (this.state !== 'inside' || bytes.length === 0) return;
    const length = this.length + bytes.length;
    // One byte more than the limit is the end block, not yet known to be one.
    if (length > this.limits.maxFrameBytes + 1) {
      const start = this.kept.subarray(0, Math.min(this.length, HEAD_BYTES));
      events.push({ kind: 'too-large', head: Buffer.concat([start, bytes.subarray(0, HEAD_BYTES - start.length)]) });
      this.kept = Buffer.alloc(0);
      this.length = 0;
      this.state = 'discarding';
      return;
    }
    if (length > this.kept.length) {
      const capacity = Math.min(Math.max(length, 2 * this.kept.length, FIRST_CAPACITY), this.limits.maxFrameBytes + 1);
      const grown = Buffer.allocUnsafeSlow(Math.max(capacity, length));
      this.kept.copy(grown, 0, 0, this.length);
      this.kept = grown;
    }
    bytes.copy(this.kept, this.length);
    this.length = length;
  }

  /** The frame was handed over: its memory belongs to the receiver. */
  private release(): void {
    this.state = 'between';
    this.kept = Buffer.alloc(0);
    this.length = 0;
  }
}

/** The bytes to send for one message. */
export const encodeFrame = (message: Buffer): Buffer =>
  Buffer.concat([Buffer.of(START_BLOCK), message, Buffer.of(END_BLOCK, CARRIAGE_RETURN)]);
