import { DrimError, type ErrorCode, ERRORS } from '@drimbox/contracts';

export interface EventPolicy {
  /** Failures of unknown cause after which an event becomes a dead letter. */
  readonly maxAttempts: number;
  /** Delay after the n-th failure, in milliseconds; the last one repeats. */
  readonly backoffMilliseconds: readonly number[];
  /** Events of this name handled at once by one replica. */
  readonly concurrency: number;
}

export const DEFAULT_POLICY: EventPolicy = {
  maxAttempts: 5,
  backoffMilliseconds: [1_000, 5_000, 30_000, 120_000],
  concurrency: 16,
};

/** What is known of an event's earlier deliveries; a row of `event_trouble`, or nothing. */
export interface Trouble {
  /** Runs that ended with an error. */
  readonly failures: number;
  /** Runs begun alone, as a suspect. */
  readonly loneRuns: number;
}

export const NO_TROUBLE: Trouble = { failures: 0, loneRuns: 0 };

/** Deliveries without a verdict after which an event may be what kills the process. */
const SUSPECT_AFTER = 3;
/** Two deaths while alone condemn; one may be a coincidence, such as a power cut. */
const LONE_RUNS = 2;

export type Entry = 'run' | 'run alone' | 'condemned';

/**
 * How to begin a delivery. One that ended without any verdict was in flight when the process died: after a few of
 * these, either it kills or it was there when another one did. Alone, it cannot accuse anybody else.
 */
export function entryOf(deliveries: number, { failures, loneRuns }: Trouble): Entry {
  const withoutVerdict = deliveries - 1 - failures;
  if (withoutVerdict < SUSPECT_AFTER) return 'run';
  return loneRuns < LONE_RUNS ? 'run alone' : 'condemned';
}

export type Verdict =
  { kind: 'retry'; delayMilliseconds: number } | { kind: 'dead letter'; code: ErrorCode; reason: string };

/** What to do after a failed run. @param failures this one included. */
export function judge(error: unknown, failures: number, policy: EventPolicy): Verdict {
  const { backoffMilliseconds, maxAttempts } = policy;
  const delayMilliseconds = backoffMilliseconds[Math.min(failures, backoffMilliseconds.length) - 1] ?? 0;
  if (error instanceof DrimError) {
    if (ERRORS[error.code].retryable) return { kind: 'retry', delayMilliseconds };
    return { kind: 'dead letter', code: error.code, reason: error.message };
  }
  if (failures < maxAttempts) return { kind: 'retry', delayMilliseconds };
  const name = error instanceof Error ? error.name : typeof error;
  return { kind: 'dead letter', code: 'DRIM-601', reason: `${name}, ${failures} times` };
}
