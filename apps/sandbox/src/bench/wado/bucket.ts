/** How far the wire may catch up after the process had to wait for a processor, seconds. */
const BURST_SECONDS = 0.008;

/** A token bucket for one direction of a wire: bytes may pass while it is not in debt. */
export class Bucket {
  private level: number;
  private at: number;

  constructor(
    private readonly bytesPerSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.level = this.burst;
    this.at = now();
  }

  /** Takes bytes that pass now. @returns milliseconds that the next ones have to wait, 0 for none. */
  take(bytes: number): number {
    const at = this.now();
    this.level = Math.min(this.burst, this.level + ((at - this.at) / 1000) * this.bytesPerSecond) - bytes;
    this.at = at;
    return this.level >= 0 ? 0 : (-this.level / this.bytesPerSecond) * 1000;
  }

  private get burst(): number {
    return this.bytesPerSecond * BURST_SECONDS;
  }
}
