/**
 * Numbers arrivals: microseconds since 1970, never twice the same and never backwards within a process.
 * Replicas agree as far as their clocks do; it is the last resort when documents carry no order of their own.
 */
export class ArrivalClock {
  private last = 0;

  next(now: number = Date.now()): number {
    this.last = Math.max(this.last + 1, now * 1000);
    return this.last;
  }
}
