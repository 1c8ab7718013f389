import type { SpoolRecord } from './pack-file.js';

/**
 * Records that are on disk and still in memory, so that readers at the tail touch no disk: the most recent ones of all
 * series together, within a bound.
 */
export class MemoryWindow {
  private readonly records = new Set<SpoolRecord>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  add(record: SpoolRecord): void {
    this.records.add(record);
    this.bytes += heldBy(record);
    for (const oldest of this.records) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest);
    }
  }

  drop(record: SpoolRecord): void {
    if (this.records.delete(record)) this.bytes -= heldBy(record);
    record.plain = undefined;
  }
}

/** The whole memory behind a record, of which it may use a part only. */
const heldBy = ({ plain }: SpoolRecord): number => plain?.buffer.byteLength ?? 0;
