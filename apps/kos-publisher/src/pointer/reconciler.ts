import { DrimError, type Failure } from '@drimbox/contracts';
import type { VisibilityRule } from '../kos/visibility.js';
import { type LifeEvent, transition } from '../life/life.js';
import { isLost, type Operation, planOf } from '../life/plan.js';
import { type RetryPolicies, retryDelay } from '../life/retry.js';
import type { Wanted } from '../life/wanted.js';
import { wantedIn } from './intake.js';
import { type Begun, Operations, type Outcome } from './operations.js';
import { heldEvent, isHolding, POLICY_OF } from './outcomes.js';
import type { Exam, PointerStore, PointerTx } from './pointer-store.js';
import type { PointerWorld } from './pointer-world.js';
import { project } from './project.js';

export interface ReconcilerOptions {
  readonly rule: VisibilityRule;
  readonly policies: RetryPolicies;
  readonly now: () => Date;
  readonly random: () => number;
}

interface Failed {
  readonly event: LifeEvent;
  readonly cause: Failure;
}

/** More operations than any life needs in one go: a plan that never ends is our own mistake. */
const MAX_TURNS = 20;

/** Brings the DMP to what the reports say, one committed step at a time; it may be stopped anywhere and run again. */
export class Reconciler {
  private readonly operations: Operations;

  constructor(
    private readonly store: PointerStore,
    world: PointerWorld,
    private readonly options: ReconcilerOptions,
  ) {
    this.operations = new Operations(store, world, options.rule);
  }

  async run(examId: string): Promise<void> {
    const failures = new Map<string, Failed>();
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const begun = await this.store.transaction((tx) => this.begin(tx, examId, failures));
      if (!begun) return;
      const from = performance.now();
      const outcome = await this.operations.carryOut(begun);
      await this.store.transaction((tx) => this.record(tx, begun, outcome, performance.now() - from));
      if (outcome.again && outcome.event && outcome.cause)
        failures.set(keyOf(begun.operation, begun.wanted), { event: outcome.event, cause: outcome.cause });
    }
    throw new DrimError('DRIM-100', `exam ${examId} never settles`);
  }

  /** The next operation under the exam's lock, its attempt begun; or the end, settled. */
  private async begin(
    tx: PointerTx,
    examId: string,
    failures: ReadonlyMap<string, Failed>,
  ): Promise<Begun | undefined> {
    const exam = await tx.lockExamById(examId);
    if (!exam) throw new DrimError('DRIM-103', examId);
    const wanted = await wantedIn(tx, exam, this.options.rule);
    const versions = await tx.versions(examId);
    const plan = planOf(wanted, versions);
    const operation = plan.find((one) => !failures.has(keyOf(one, wanted)) && !isHeld(one, exam, wanted));
    if (!operation) {
      // What failed and is no longer in the plan was overtaken: nothing waits for it.
      const waiting = plan.flatMap((one) => failures.get(keyOf(one, wanted)) ?? []);
      await this.settle(tx, exam, wanted, waiting);
      return undefined;
    }
    const contact = operation.kind === 'send' || operation.kind === 'look' || operation.kind === 'delete';
    const attempt = contact ? await tx.beginAttempt(operation.version.id, operation.kind) : undefined;
    return { exam, wanted, operation, attempt };
  }

  private async record(tx: PointerTx, begun: Begun, outcome: Outcome, milliseconds: number): Promise<void> {
    const exam = await tx.lockExamById(begun.exam.id);
    if (!exam) throw new DrimError('DRIM-103', begun.exam.id);
    await outcome.record(tx, exam);
    const { event, cause } = outcome;
    if (!event) return;
    const { next, action } = transition(exam.state, event);
    const held =
      cause && isHolding(event) && begun.wanted.kind === 'pointer'
        ? { fingerprint: begun.wanted.fingerprint, cause }
        : exam.held;
    const after: Exam = {
      ...exam,
      state: next,
      version: exam.version + 1,
      cause: cause ?? null,
      held,
      attempts: cause ? exam.attempts : 0,
    };
    await tx.saveExam(exam, after);
    await tx.addStep(exam.id, { event, from: exam.state, to: next, action, cause, milliseconds });
    await project(tx, after, await wantedIn(tx, after, this.options.rule));
    const final = event === 'dmp.refused' || isHolding(event);
    await tx.tell({ exam: after, operation: begun.operation, event, cause, final });
  }

  /** Nothing is left to do now: until the next attempt when something failed, until the next event otherwise. */
  private async settle(tx: PointerTx, exam: Exam, wanted: Wanted, waiting: readonly Failed[]): Promise<void> {
    const attempts = waiting.length > 0 ? exam.attempts + 1 : 0;
    const delays = waiting.map((failed) => this.delayOf(failed, attempts));
    const known = delays.filter((delay) => delay !== undefined);
    // A step that is given up holds as a mismatch does: something has to change, or an operator asks.
    const givenUp = waiting.find((_, index) => delays[index] === undefined);
    const [first] = waiting;
    const event = first ? first.event : await this.endEvent(tx, exam, wanted);
    const { next, action } = transition(exam.state, event);
    const cause = first?.cause ?? (action === 'settle' ? endCause(event, exam) : (exam.held?.cause ?? null));
    const changed = next !== exam.state;
    const after: Exam = {
      ...exam,
      state: next,
      version: changed ? exam.version + 1 : exam.version,
      cause,
      attempts,
      nextAttemptAt: known.length > 0 ? new Date(this.options.now().getTime() + Math.min(...known)) : null,
      held:
        givenUp && wanted.kind === 'pointer' ? { fingerprint: wanted.fingerprint, cause: givenUp.cause } : exam.held,
    };
    await tx.saveExam(exam, after, { release: true });
    if (!changed) return;
    await tx.addStep(exam.id, { event, from: exam.state, to: next, action, cause: cause ?? undefined });
    await project(tx, after, wanted);
  }

  private delayOf({ event }: Failed, attempts: number): number | undefined {
    return retryDelay(this.options.policies[POLICY_OF[event] ?? 'dmp'], attempts, this.options.random());
  }

  /** Which end an exam has come to when its plan is empty. */
  private async endEvent(tx: PointerTx, exam: Exam, wanted: Wanted): Promise<LifeEvent> {
    if (wanted.kind === 'conflict') return 'settled.conflict';
    if (wanted.kind === 'nothing') return 'settled.withdrawn';
    const versions = await tx.versions(exam.id);
    if (versions.some(({ status }) => status === 'refused')) return 'settled.refused';
    if (exam.held?.fingerprint === wanted.fingerprint) return heldEvent(exam.held.cause.code);
    const approved = versions.some(({ status, ins }) => status === 'approved' && ins === wanted.ins);
    return !approved && isLost(versions, wanted.ins) ? 'settled.lost' : 'settled.published';
  }
}

/** A build for other reports is another operation: it is not held up by the failure of the first. */
const keyOf = (operation: Operation, wanted: Wanted): string =>
  'version' in operation
    ? `${operation.kind} ${operation.version.id}`
    : `${operation.kind} ${wanted.kind === 'pointer' ? wanted.fingerprint : ''}`;

/** A build that is not tried again by itself: the same search failed for good. */
export const isHeld = (operation: Operation, exam: Exam, wanted: Wanted): boolean =>
  operation.kind === 'build' && wanted.kind === 'pointer' && exam.held?.fingerprint === wanted.fingerprint;

function endCause(event: LifeEvent, exam: Exam): Failure | null {
  if (event === 'settled.conflict') return { code: 'DRIM-409' };
  if (event === 'settled.lost') return { code: 'DRIM-507' };
  return event === 'settled.refused' ? (exam.cause ?? { code: 'DRIM-502' }) : null;
}
