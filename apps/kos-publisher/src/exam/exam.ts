import type { ErrorCode, Failure } from '@drimbox/contracts';
import { type Action, type LifeEvent, type State, transition } from '../life/life.js';
import { type RetryPolicies, retryDelay } from '../life/retry.js';

/** One study of one site, and where its pointer stands. */
export interface Exam {
  readonly id: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  /** INS of the first report: an exam never changes patient by itself. */
  readonly ins: string | null;
  readonly state: State;
  readonly version: number;
  readonly cause: Failure | null;
  /** Attempts made in the present state. */
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly firstReportAt: Date | null;
}

export interface Move {
  readonly exam: Exam;
  readonly event: LifeEvent;
  readonly from: State;
  readonly action: Action;
}

/** What an event makes of an exam. Pure: the caller stores the result in the transaction of the event. */
export function advance(
  exam: Exam,
  event: LifeEvent,
  context: { now: Date; random: number; policies: RetryPolicies; cause?: Failure },
): Move {
  const { next, action } = transition(exam.state, event);
  if (action === 'park' || action === 'ignore') return { exam, event, from: exam.state, action };
  const version = exam.version + 1;
  if (action === 'join') return { exam: { ...exam, version }, event, from: exam.state, action };
  const attempts = action === 'wait' ? (next === exam.state ? exam.attempts + 1 : 1) : 0;
  return {
    event,
    from: exam.state,
    action,
    exam: {
      ...exam,
      state: next,
      version,
      cause: context.cause ?? null,
      attempts,
      nextAttemptAt: nextAttempt(action, event, attempts, context),
    },
  };
}

function nextAttempt(
  action: Action,
  event: LifeEvent,
  attempts: number,
  { now, random, policies }: { now: Date; random: number; policies: RetryPolicies },
): Date | null {
  if (action === 'settle') return null;
  if (action !== 'wait') return now;
  const delay = retryDelay(policies[POLICY_OF[event] ?? 'pacs'], attempts, random);
  return delay === undefined ? null : new Date(now.getTime() + delay);
}

const POLICY_OF: Partial<Record<LifeEvent, keyof RetryPolicies>> = {
  'pacs.absent': 'absent',
  'pacs.unavailable': 'pacs',
  'dmp.unavailable': 'dmp',
  'kos.unbuildable': 'unbuildable',
};

/** The life event that a failed step is: waiting on the PACS, on the DMP, or on somebody who mends the data. */
export function eventOfSearchFailure(code: ErrorCode): LifeEvent {
  if (code === 'DRIM-400') return 'pacs.absent';
  if (code === 'DRIM-401' || code === 'DRIM-402') return 'pacs.mismatch';
  if (code.startsWith('DRIM-4')) return 'kos.unbuildable';
  return 'pacs.unavailable';
}
