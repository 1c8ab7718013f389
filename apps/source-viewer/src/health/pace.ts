const MINUTE = 60_000;
const MAX_ADDRESSES = 10_000;

/** How many probes each address may send in a minute; all addresses together when there are too many of them. */
export class Pace {
  private counts = new Map<string, number>();
  private since = 0;

  constructor(
    private readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.since = now();
  }

  /** Undefined: go on. Else in how many seconds to come back. */
  take(address: string): number | undefined {
    const at = this.now();
    if (at - this.since >= MINUTE) {
      this.counts = new Map();
      this.since = at;
    }
    const key = this.counts.has(address) || this.counts.size < MAX_ADDRESSES ? address : 'others';
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count <= this.perMinute ? undefined : Math.max(1, Math.ceil((this.since + MINUTE - at) / 1000));
  }
}
