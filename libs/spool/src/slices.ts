/**
 * Shorter ones are copied together: whoever sends single bytes, or a little of each chunk, takes no more than eight times
 * the memory of what is kept.
 */
const SHORTEST_SLICE = 8 * 1024;
const ROOM_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/** Bytes of one record as they came, slice after slice. What was added is never written again, so slices of it can be handed out. */
export class Slices {
  readonly parts: Buffer[] = [];
  length = 0;
  /** Where short ones are copied, and whether the last part ends where the next one will go. */
  private room = NOTHING;
  private used = 0;
  private joins = false;

  add(bytes: Buffer): void {
    this.length += bytes.length;
    if (bytes.length >= SHORTEST_SLICE) {
      this.parts.push(bytes);
      this.joins = false;
    } else {
      for (let at = 0; at < bytes.length;) at += this.copy(bytes, at);
    }
  }

  private copy(bytes: Buffer, from: number): number {
    if (this.used === this.room.length) {
      this.room = Buffer.allocUnsafeSlow(ROOM_BYTES);
      this.used = 0;
      this.joins = false;
    }
    const start = this.joins ? this.used - (this.parts.pop()?.length ?? 0) : this.used;
    const taken = bytes.copy(this.room, this.used, from);
    this.used += taken;
    this.parts.push(this.room.subarray(start, this.used));
    this.joins = true;
    return taken;
  }
}

/** What the slice that holds an offset has from there on. RangeError when none does. */
export function sliceAt(parts: readonly Buffer[], offset: number): Buffer {
  let from = 0;
  for (const part of parts) {
    if (offset < from + part.length) return from < offset ? part.subarray(offset - from) : part;
    from += part.length;
  }
  throw new RangeError('offset beyond the slices');
}
