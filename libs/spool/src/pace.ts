/**
 * Is a reader keeping up? Only the time counts that it takes for itself while bytes wait for it: one that waits for the
 * PACS is never slow.
 */
export class Pace {
  private bytes = 0;
  private taken = 0;
  private since: number | undefined;

  constructor(private readonly floor: { readonly bytesPerSecond: number; readonly graceMilliseconds: number }) {}

  /** Something has been given to the reader. */
  gave(bytes: number, now: number): void {
    this.bytes += bytes;
    this.since = now;
  }

  /** The reader asks for more. */
  asked(now: number): void {
    this.taken += this.since === undefined ? 0 : now - this.since;
    this.since = undefined;
    if (this.taken < this.floor.graceMilliseconds || this.tooSlow(now)) return;
    // A new window: a reader is judged by its pace of late, not by a fast beginning.
    this.bytes = 0;
    this.taken = 0;
  }

  /** Over a whole window it has taken less than the floor. */
  tooSlow(now: number): boolean {
    const { bytesPerSecond, graceMilliseconds } = this.floor;
    const taken = this.taken + (this.since === undefined ? 0 : now - this.since);
    return taken >= graceMilliseconds && this.bytes < (bytesPerSecond * taken) / 1000;
  }
}
