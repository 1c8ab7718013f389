/** Bytes held back until enough of them have come; grows by doubling, so the work stays linear. */
export class ByteStore {
  private buffer = Buffer.allocUnsafe(4096);
  private length = 0;

  /** Takes a copy. */
  append(bytes: Buffer): void {
    const needed = this.length + bytes.length;
    if (needed > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, needed));
      this.buffer.copy(grown, 0, 0, this.length);
      this.buffer = grown;
    }
    this.length += bytes.copy(this.buffer, this.length);
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
