import { CodecError } from '../codec-error.js';

/** Entropy-coded bits (T.81 §F.1.2.3): most significant first, a zero byte stuffed after FF. Grows as needed. */
export class BitWriter {
  private bytes: Uint8Array;
  private length = 0;
  private buffer = 0;
  private count = 0;

  constructor(expected: number) {
    this.bytes = new Uint8Array(Math.max(expected, 1024));
  }

  /** At most 16 bits. */
  put(value: number, bits: number): void {
    this.buffer = (this.buffer << bits) | (value & ((1 << bits) - 1));
    this.count += bits;
    while (this.count >= 8) {
      this.count -= 8;
      this.byte((this.buffer >>> this.count) & 0xff);
    }
    this.buffer &= (1 << this.count) - 1;
  }

  /** What was written, the last byte filled with ones. */
  finish(): Uint8Array {
    if (this.count > 0) this.put(0xff, 8 - this.count);
    return this.bytes.subarray(0, this.length);
  }

  private byte(value: number): void {
    if (this.length + 2 > this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes[this.length++] = value;
    if (value === 0xff) this.bytes[this.length++] = 0;
  }
}

/** Reads the bits of one scan. Past its end a CodecError `malformed`: a cut image is never filled up. */
export class BitReader {
  private buffer = 0;
  private count = 0;
  private padded = 0;

  constructor(
    private readonly bytes: Uint8Array,
    /** Where the next byte is read; after `alignToMarker`, where a marker stands. */
    public at: number,
  ) {}

  /** One Huffman symbol. */
  symbol(table: Uint16Array): number {
    if (this.count < 16) this.fill(16);
    const entry = table[(this.buffer >>> (this.count - 16)) & 0xffff] ?? 0;
    if (entry === 0) throw new CodecError('malformed', 'no such Huffman code');
    this.drop(entry & 0xff);
    return entry >>> 8;
  }

  /** 0 to 16 bits. */
  take(bits: number): number {
    if (bits === 0) return 0;
    if (this.count < bits) this.fill(bits);
    const value = (this.buffer >>> (this.count - bits)) & ((1 << bits) - 1);
    this.drop(bits);
    return value;
  }

  /** A difference of `category` bits (T.81 Figure F.12). */
  difference(category: number): number {
    const value = this.take(category);
    return category > 0 && value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
  }

  /** Begins again behind the restart marker that must stand here. */
  restart(): void {
    this.alignToMarker();
    const marker = this.bytes[this.at + 1] ?? 0;
    if (marker < 0xd0 || marker > 0xd7) throw new CodecError('malformed', 'restart marker expected');
    this.at += 2;
  }

  /** Drops what is left of the last byte. */
  alignToMarker(): void {
    if (this.padded > this.count) throw new CodecError('malformed', 'scan cut off');
    [this.buffer, this.count, this.padded] = [0, 0, 0];
    while (this.at < this.bytes.length && !this.atMarker()) this.at += 1;
  }

  private atMarker(): boolean {
    return this.bytes[this.at] === 0xff && this.bytes[this.at + 1] !== 0;
  }

  private fill(bits: number): void {
    while (this.count < bits) {
      let value = this.bytes[this.at] ?? -1;
      if (value >= 0 && value < 0xff) this.at += 1;
      else if (value === 0xff && this.bytes[this.at + 1] === 0) this.at += 2;
      else {
        // A marker, or the end: zeros that must not be used.
        value = 0;
        this.padded += 8;
      }
      this.buffer = ((this.buffer & 0xffff) << 8) | value;
      this.count += 8;
    }
  }

  private drop(bits: number): void {
    this.count -= bits;
    if (this.padded > this.count) throw new CodecError('malformed', 'scan cut off');
  }
}
