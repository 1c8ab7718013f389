import type { SpoolRecord } from './spool-record.js';

/**
 * Records that are on disk and still in memory, so that readers at the tail touch no disk: the most recent ones of all
 * series together, within a bound.
 */
export class MemoryWindow {
  private readonly records = new Set<SpoolRecord>();
  /** A slice holds the whole chunk it was cut from: each is counted once, however many records have slices of it. */
  private readonly chunks = new Map<ArrayBufferLike, number>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  add(record: SpoolRecord): void {
    this.records.add(record);
    for (const { buffer } of record.plain ?? []) {
      const uses = this.chunks.get(buffer) ?? 0;
      if (uses === 0) this.bytes += buffer.byteLength;
      this.chunks.set(buffer, uses + 1);
    }
    for (const oldest of this.records) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest);
    }
  }

  drop(record: SpoolRecord): void {
    if (this.records.delete(record)) for (const { buffer } of record.plain ?? []) this.letGo(buffer);
    record.plain = undefined;
  }

  private letGo(chunk: ArrayBufferLike): void {
    const uses = (this.chunks.get(chunk) ?? 1) - 1;
    if (uses > 0) {
      this.chunks.set(chunk, uses);
    } else {
      this.chunks.delete(chunk);
      this.bytes -= chunk.byteLength;
    }
  }
}
