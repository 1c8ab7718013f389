/** After a delimiter: `--` ends the answer, anything else begins a part. */
const AFTER_BYTES = 2;
const LINE_END = Buffer.from('\r\n');

/** Counts the parts of a multipart body (RFC 2046 §5.1) as it streams by, and holds none of it. */
export class MultipartCounter {
  /** Parts that are whole: another delimiter has followed them. */
  parts = 0;
  /** The closing delimiter came: this is the whole answer. */
  closed = false;
  private begun = false;
  private readonly delimiter: Buffer;
  /** Bytes of a delimiter and of what says its kind. */
  private readonly window: number;
  /** What may be the beginning of a delimiter; the very first one lacks the line end before it. */
  private tail: Buffer = LINE_END;

  constructor(boundary: string) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    this.window = this.delimiter.length + AFTER_BYTES;
  }

  push(chunk: Buffer): void {
    const most = this.window - 1;
    const seam = Buffer.concat([this.tail, chunk.subarray(0, most)]);
    this.look(seam, this.tail.length);
    this.look(chunk, chunk.length);
    this.tail = Buffer.from(chunk.length >= most ? chunk.subarray(chunk.length - most) : seam.subarray(-most));
  }

  /** Delimiters that begin before `end`, and are whole within these bytes. */
  private look(bytes: Buffer, end: number): void {
    for (let at = bytes.indexOf(this.delimiter); at >= 0; at = bytes.indexOf(this.delimiter, at + this.window)) {
      if (this.closed || at >= end || at + this.window > bytes.length) return;
      if (this.begun) this.parts += 1;
      this.begun = true;
      this.closed = bytes.toString('latin1', at + this.delimiter.length, at + this.window) === '--';
    }
  }
}
