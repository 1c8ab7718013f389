import { DrimError, type Failure } from '@drimbox/contracts';
import type { AttemptOutcome } from '../dmp/look-first.js';
import type { VisibilityRule } from '../kos/visibility.js';
import { type LifeEvent, transition } from '../life/life.js';
import { isLost, type Operation, planOf, type PointerVersion } from '../life/plan.js';
import { type RetryPolicies, retryDelay } from '../life/retry.js';
import type { Wanted } from '../life/wanted.js';
import { wantedIn } from './intake.js';
import { eventOfFailure, heldEvent, isHolding, POLICY_OF } from './outcomes.js';
import type { Exam, PointerStore, PointerTx } from './pointer-store.js';
import type { PointerWorld } from './pointer-world.js';
import { project } from './project.js';

export interface ReconcilerOptions {
  readonly rule: VisibilityRule;
  readonly policies: RetryPolicies;
  readonly now: () => Date;
  readonly random: () => number;
  /** Told of each step's outcome, in the transaction that records it. */
  readonly tell: (tx: PointerTx, told: StepTold) => Promise<void>;
}

export interface StepTold {
  readonly exam: Exam;
  readonly operation: Operation;
  readonly event: LifeEvent;
  readonly cause?: Failure | undefined;
  readonly final: boolean;
  readonly milliseconds: number;
}

/** An operation begun: its attempt is committed before the first byte leaves. */
interface Begun {
  readonly exam: Exam;
  readonly wanted: Wanted;
  readonly operation: Operation;
  readonly attempt: string | undefined;
}

interface Failed {
  readonly event: LifeEvent;
  readonly cause: Failure;
}

interface Outcome {
  readonly event: LifeEvent | undefined;
  readonly cause?: Failure;
  /** The same operation is tried again later; the others of the plan go on. */
  readonly again?: boolean;
  /** Recorded under the exam's lock, whatever came meanwhile: it is what happened. */
  readonly record: (tx: PointerTx, exam: Exam) => Promise<void>;
}

/** More operations than any life needs in one go: a plan that never ends is our own mistake. */
const MAX_TURNS = 20;

/** Brings the DMP to what the reports say, one committed step at a time; it may be stopped anywhere and run again. */
export class Reconciler {
  constructor(
    private readonly store: PointerStore,
    private readonly world: PointerWorld,
    private readonly options: ReconcilerOptions,
  ) {}

  async run(examId: string): Promise<void> {
    const failures = new Map<string, Failed>();
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const begun = await this.store.transaction((tx) => this.begin(tx, examId, failures));
      if (!begun) return;
      const from = performance.now();
      const outcome = await this.carryOut(begun);
      await this.store.transaction((tx) => this.record(tx, begun, outcome, performance.now() - from));
      if (outcome.again && outcome.event && outcome.cause)
        failures.set(keyOf(begun.operation), { event: outcome.event, cause: outcome.cause });
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
    const operations = planOf(wanted, versions).filter(
      (one) => !failures.has(keyOf(one)) && !isHeld(one, exam, wanted),
    );
    const [operation] = operations;
    if (!operation) {
      await this.settle(tx, exam, wanted, failures);
      return undefined;
    }
    const kind =
      operation.kind === 'send' || operation.kind === 'look' || operation.kind === 'delete'
        ? operation.kind
        : undefined;
    const attempt = kind && 'version' in operation ? await tx.beginAttempt(operation.version.id, kind) : undefined;
    return { exam, wanted, operation, attempt };
  }

  private async carryOut({ exam, wanted, operation, attempt }: Begun): Promise<Outcome> {
    const ended = async (tx: PointerTx, outcome: NonNullable<AttemptOutcome>, cause?: Failure): Promise<void> => {
      if (attempt) await tx.endAttempt(attempt, outcome, cause);
    };
    switch (operation.kind) {
      case 'discard':
        return {
          event: 'version.overtaken',
          record: (tx) => tx.setStatus(operation.version.id, 'discarded'),
        };
      case 'build':
        return this.build(exam, wanted, operation.replaces?.id ?? null);
      case 'look': {
        const looked = await this.world.look(await this.frozen(operation.version.id));
        if (looked.kind === 'failed') {
          const cause = looked.failure;
          return { event: 'dmp.unavailable', cause, again: true, record: (tx) => ended(tx, 'unknown', cause) };
        }
        return this.settled(operation.version, looked.kind, ended);
      }
      case 'send':
        return this.send(operation.version.id, ended);
      case 'delete': {
        const deleted = await this.world.delete(await this.frozen(operation.version.id));
        if (deleted.kind === 'failed') {
          const cause = deleted.failure;
          return { event: 'dmp.not-deleted', cause, again: true, record: (tx) => ended(tx, 'unknown', cause) };
        }
        return {
          event: 'dmp.deleted',
          record: async (tx) => {
            await ended(tx, 'accepted');
            await tx.setStatus(operation.version.id, 'deleted');
          },
        };
      }
    }
  }

  private async build(exam: Exam, wanted: Wanted, replaces: string | null): Promise<Outcome> {
    if (wanted.kind !== 'pointer') throw new DrimError('DRIM-100', 'nothing to build');
    const searched = await this.world.search(exam, wanted.heads);
    if (!searched.ok) return notBuilt(searched.failure);
    const built = this.world.build(exam, wanted.heads, searched.study, replaces);
    if (!built.ok) return notBuilt(built.failure);
    return {
      event: 'pacs.found',
      record: async (tx, locked) => {
        // What came meanwhile may want something else: then this version is not worth archiving.
        const now = await wantedIn(tx, locked, this.options.rule);
        const same = now.kind === 'pointer' && now.fingerprint === wanted.fingerprint;
        if (same) await tx.freeze(built.version);
      },
    };
  }

  /** A look settles a doubt: of a send (is it there?) or of a deletion (is it gone?). */
  private settled(
    { id, status }: PointerVersion,
    seen: 'approved' | 'gone' | 'absent',
    ended: (tx: PointerTx, outcome: NonNullable<AttemptOutcome>) => Promise<void>,
  ): Outcome {
    const deletion = status === 'approved';
    if (seen === 'absent' && !deletion) return { event: undefined, record: (tx) => ended(tx, 'not-found') };
    if (seen === 'approved' && deletion) return { event: undefined, record: (tx) => ended(tx, 'found') };
    return {
      event: deletion ? 'dmp.deleted' : seen === 'approved' ? 'dmp.accepted' : 'dmp.lost',
      record: async (tx) => {
        await ended(tx, 'found');
        if (deletion) await tx.setStatus(id, 'deleted');
        else await this.inDmp(tx, id, seen === 'approved' ? 'approved' : 'lost');
      },
    };
  }

  private async send(
    versionId: string,
    ended: (tx: PointerTx, outcome: NonNullable<AttemptOutcome>, cause?: Failure) => Promise<void>,
  ): Promise<Outcome> {
    const version = await this.frozen(versionId);
    const replaced = version.replaces === null ? undefined : await this.frozen(version.replaces);
    const sent = await this.world.send(version, replaced);
    switch (sent.kind) {
      case 'published':
        return {
          event: 'dmp.accepted',
          record: async (tx) => {
            await ended(tx, 'accepted');
            await this.inDmp(tx, versionId, 'approved');
          },
        };
      case 'not-sent':
      case 'unknown':
        return {
          event: 'dmp.unavailable',
          cause: sent.failure,
          again: true,
          record: (tx) => ended(tx, sent.kind, sent.failure),
        };
      case 'refused':
        return {
          event: 'dmp.refused',
          cause: sent.failure,
          record: async (tx) => {
            await ended(tx, 'refused', sent.failure);
            await tx.setStatus(versionId, 'refused');
          },
        };
      case 'target-lost':
        return {
          event: 'dmp.lost',
          record: async (tx) => {
            await ended(tx, 'not-sent');
            await tx.setStatus(versionId, 'discarded');
            if (replaced) await tx.setStatus(replaced.id, 'lost');
          },
        };
    }
  }

  private async inDmp(tx: PointerTx, versionId: string, status: 'approved' | 'lost'): Promise<void> {
    await tx.setStatus(versionId, status);
    const { replaces } = await tx.frozen(versionId);
    if (replaces !== null) await tx.setStatus(replaces, 'replaced');
  }

  private frozen(versionId: string) {
    return this.store.transaction((tx) => tx.frozen(versionId));
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
    await this.options.tell(tx, { exam: after, operation: begun.operation, event, cause, final, milliseconds });
  }

  /** Nothing is left to do now: until the next attempt when something failed, until the next event otherwise. */
  private async settle(
    tx: PointerTx,
    exam: Exam,
    wanted: Wanted,
    failures: ReadonlyMap<string, Failed>,
  ): Promise<void> {
    const waiting = [...failures.values()];
    const attempts = waiting.length > 0 ? exam.attempts + 1 : 0;
    const delays = waiting.map((failed) => this.delayOf(failed, attempts));
    const known = delays.filter((delay) => delay !== undefined);
    // A step that is given up holds as a mismatch does: something has to change, or an operator asks.
    const givenUp = waiting.find((_, index) => delays[index] === undefined);
    const [first] = waiting;
    const event = first ? first.event : await this.endEvent(tx, exam, wanted);
    const { next, action } = transition(exam.state, event);
    const cause = first?.cause ?? (action === 'settle' ? endCause(event, exam) : (exam.held?.cause ?? null));
    const after: Exam = {
      ...exam,
      state: next,
      version: exam.version + 1,
      cause,
      attempts,
      nextAttemptAt: known.length > 0 ? new Date(this.options.now().getTime() + Math.min(...known)) : null,
      held:
        givenUp && wanted.kind === 'pointer' ? { fingerprint: wanted.fingerprint, cause: givenUp.cause } : exam.held,
    };
    await tx.saveExam(exam, after, { release: true });
    if (next !== exam.state)
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

const keyOf = (operation: Operation): string =>
  'version' in operation ? `${operation.kind} ${operation.version.id}` : operation.kind;

/** A mismatch is not asked again for the same reports; anything else is, later. */
function notBuilt(cause: Failure): Outcome {
  const event = eventOfFailure(cause.code);
  return { event, cause, again: !isHolding(event), record: async () => undefined };
}

const isHeld = (operation: Operation, exam: Exam, wanted: Wanted): boolean =>
  operation.kind === 'build' && wanted.kind === 'pointer' && exam.held?.fingerprint === wanted.fingerprint;

function endCause(event: LifeEvent, exam: Exam): Failure | null {
  if (event === 'settled.conflict') return { code: 'DRIM-409' };
  return event === 'settled.refused' ? exam.cause : null;
}
