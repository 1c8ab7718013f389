import { DatasetError } from '../dataset/dataset-error.js';

/** Reads a stream of chunks by lengths: no more of it is pulled than is asked for. */
export class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private chunks: Buffer[] = [];
  private available = 0;
  private ended = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** True once `size` bytes are there to be taken; false when the stream ends before. */
  async has(size: number): Promise<boolean> {
    while (this.available < size && !this.ended) {
      const next = await this.source.next();
      if (next.done === true) this.ended = true;
      else if (next.value.length > 0) this.put(next.value);
    }
    return this.available >= size;
  }

  /** The next bytes in memory of their own, fit to be transferred to a thread. DatasetError `malformed` when they do not come. */
  async take(size: number): Promise<Buffer> {
    const bytes = Buffer.from(new ArrayBuffer(size));
    let at = 0;
    while (at < size) {
      if (!(await this.has(1))) throw new DatasetError('malformed', 'data set cut off');
      at += this.next(size - at).copy(bytes, at);
    }
    return bytes;
  }

  /** The next bytes as they came; undefined at the end. */
  async chunk(): Promise<Buffer | undefined> {
    return (await this.has(1)) ? this.next(this.available) : undefined;
  }

  /** What is left, as it comes; the source is told when its reader stops. */
  async *rest(): AsyncGenerator<Buffer, void> {
    try {
      for (let next = await this.chunk(); next; next = await this.chunk()) yield next;
    } finally {
      await this.close();
    }
  }

  /** The reader gives up: the source may stop. */
  async close(): Promise<void> {
    this.ended = true;
    await this.source.return?.(undefined);
  }

  /** Puts bytes back in front. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.chunks.unshift(bytes);
    this.available += bytes.length;
  }

  private put(bytes: Buffer): void {
    this.chunks.push(bytes);
    this.available += bytes.length;
  }

  /** The first chunk, or its first `most` bytes. */
  private next(most: number): Buffer {
    const [first] = this.chunks;
    if (!first) throw new RangeError('nothing to take');
    const taken = first.subarray(0, most);
    if (taken.length === first.length) this.chunks.shift();
    else this.chunks[0] = first.subarray(taken.length);
    this.available -= taken.length;
    return taken;
  }
}
