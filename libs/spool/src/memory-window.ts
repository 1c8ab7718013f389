import type { SpoolRecord } from './spool-record.js';

/**
 * Records that are on disk and still in memory, so that readers at the tail touch no disk: the most recent ones of all
 * series together, within a bound.
 */
export class MemoryWindow {
  /**
   * And the memory each was counted with. No chunk may be a key of a Map here: V8's outgrown tables refer to the next ones, and
   * once one is old every chunk that was ever a key outlives the minor collections.
   */
  private readonly records = new Map<SpoolRecord, number>();
  private bytes = 0;
  private last: SpoolRecord | undefined;

  constructor(private readonly maxBytes: number) {}

  add(record: SpoolRecord): void {
    this.moveShared(record);
    const held = heldBy(record);
    this.records.set(record, held);
    this.bytes += held;
    for (const oldest of this.records.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest);
    }
  }

  drop(record: SpoolRecord): void {
    this.bytes -= this.records.get(record) ?? 0;
    this.records.delete(record);
    record.plain = undefined;
  }

  /** A chunk that the record before has a slice of, too, is counted with this one, which keeps it longer. */
  private moveShared(record: SpoolRecord): void {
    const [earlier, chunk] = [this.last, record.plain?.[0]?.buffer];
    this.last = record;
    if (!chunk || !earlier || earlier.plain?.at(-1)?.buffer !== chunk) return;
    this.records.set(earlier, (this.records.get(earlier) ?? 0) - chunk.byteLength);
    this.bytes -= chunk.byteLength;
  }
}

/** A slice holds the whole chunk it was cut from. */
function heldBy({ plain = [] }: SpoolRecord): number {
  return plain.reduce((sum, { buffer }, at) => (buffer === plain[at - 1]?.buffer ? sum : sum + buffer.byteLength), 0);
}
