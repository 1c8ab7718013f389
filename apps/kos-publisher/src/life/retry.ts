/** When a waiting step is tried again. Nobody acts: the queue empties by itself (SC.DMP/ALI/PROG.06, .07). */
export interface RetryPolicy {
  /** Seconds before attempt n+1 is entry n-1; the last entry repeats. */
  readonly seconds: readonly number[];
  /** Attempts after which the step stops until an event or an operator starts it again; undefined: never. */
  readonly limit?: number;
}

export interface RetryPolicies {
  readonly pacs: RetryPolicy;
  readonly absent: RetryPolicy;
  readonly dmp: RetryPolicy;
  readonly unbuildable: RetryPolicy;
}

/** Spread of the delays, so that a thousand exams that failed together do not come back together. */
const JITTER = 0.2;

/**
 * Milliseconds until the next attempt, or undefined when the policy gives up.
 * @param attempts attempts made so far in this state, at least 1; `random` in [0, 1).
 */
export function retryDelay(policy: RetryPolicy, attempts: number, random: number): number | undefined {
  if (policy.limit !== undefined && attempts >= policy.limit) return undefined;
  const seconds = policy.seconds[Math.min(attempts, policy.seconds.length) - 1] ?? 0;
  return Math.round(seconds * 1000 * (1 - JITTER + 2 * JITTER * random));
}
