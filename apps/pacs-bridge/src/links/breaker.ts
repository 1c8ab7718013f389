/** `open`: left alone. `trial`: one work may show whether it is back. */
export type BreakerState = 'closed' | 'open' | 'trial';

export interface BreakerLimits {
  readonly failures: number;
  readonly openSeconds: number;
}

/** Leaves a PACS that keeps failing alone for a while, then lets one work through: no queue of time-outs, no storm when it is back. */
export class Breaker {
  private failures = 0;
  private openUntil: number | undefined;
  private trying = false;

  constructor(private limits: BreakerLimits) {}

  setLimits(limits: BreakerLimits): void {
    this.limits = limits;
  }

  /** May a work begin? True for the one trial once the rest is over: its outcome must be told. */
  admits(now: number): boolean {
    if (this.openUntil === undefined) return true;
    if (now < this.openUntil || this.trying) return false;
    this.trying = true;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.openUntil = undefined;
    this.trying = false;
  }

  failed(now: number): void {
    this.failures += 1;
    const wasTrial = this.trying;
    this.trying = false;
    if (wasTrial || this.failures >= this.limits.failures) this.openUntil = now + this.limits.openSeconds * 1000;
  }

  /** It was admitted and told nothing of the PACS: another may try. */
  undecided(): void {
    this.trying = false;
  }

  state(now: number): BreakerState {
    if (this.openUntil === undefined) return 'closed';
    return now < this.openUntil ? 'open' : 'trial';
  }
}
