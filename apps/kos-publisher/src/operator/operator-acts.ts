import { type ExamActAnswer, failure, type Failure, type ReplayAnswer } from '@drimbox/contracts';
import type { VisibilityRule } from '../kos/visibility.js';
import { type LifeEvent, transition } from '../life/life.js';
import { planOf, type PointerVersion } from '../life/plan.js';
import { wantedIn } from '../pointer/intake.js';
import type { Exam, PointerTx } from '../pointer/pointer-store.js';
import type { Looked, PointerWorld } from '../pointer/pointer-world.js';
import { project } from '../pointer/project.js';
import {
  type Decision,
  decideLook,
  decideRelease,
  decideRetry,
  type ReplayVerdict,
  replayVerdict,
} from './decisions.js';
import type { OperatorStore, OperatorTx } from './operator-store.js';

export interface OperatorOptions {
  readonly rule: VisibilityRule;
  readonly now: () => Date;
}

/** A version that may be replayed, and the one it replaced in the DMP. */
interface Replayable {
  readonly exam: Exam;
  readonly version: PointerVersion;
  readonly replaces: string | null;
}

/** What an operator may have done by hand: each act under the exam's lock, traced as a step, audited with its account. */
export class OperatorActs {
  constructor(
    private readonly store: OperatorStore,
    private readonly world: Pick<PointerWorld, 'look'>,
    private readonly options: OperatorOptions,
  ) {}

  /** Works a waiting exam at once, from its first attempt; a version that the DMP refused is sent again as it is. */
  retry(examId: string, operator: string): Promise<Decision<ExamActAnswer>> {
    return this.store.transaction(async (tx) => {
      const exam = await tx.pointers.lockExamById(examId);
      if (!exam) return unknown();
      const decision = decideRetry(exam, await tx.pointers.versions(examId));
      const versions = decision.ok ? decision.value : [];
      for (const { id } of versions) await tx.pointers.setStatus(id, 'frozen');
      await this.told(tx, 'retry', operator, exam, versions, decision);
      return this.workNow(tx.pointers, exam, 'operator.retry', decision);
    });
  }

  /** Lets an exam whose entry others deleted in the DMP be published again, by a new version. */
  release(examId: string, operator: string): Promise<Decision<ExamActAnswer>> {
    return this.store.transaction(async (tx) => {
      const exam = await tx.pointers.lockExamById(examId);
      if (!exam) return unknown();
      const decision = decideRelease(exam, await tx.pointers.versions(examId));
      const versions = decision.ok ? decision.value : [];
      for (const { id } of versions) await tx.pointers.setStatus(id, 'deleted');
      await this.told(tx, 'release', operator, exam, versions, decision);
      return this.workNow(tx.pointers, exam, 'operator.release', decision);
    });
  }

  /**
   * Sends an archived version again when the DMP, asked first, does not know it: the exam's next step sends the same
   * bytes. Deleted or replaced there, it is refused (DRIM-508), and the exam is `lost` until it is released.
   */
  async replay(versionId: string, operator: string): Promise<Decision<ReplayAnswer>> {
    const begun = await this.store.transaction((tx) => this.replayable(tx, versionId, operator));
    if (!begun.ok) return begun;
    const { looked, target } = await this.lookAt(versionId, begun.value.replaces);
    const verdict = replayVerdict(looked, target);
    return this.store.transaction(async (tx) => {
      // What came while the DMP was asked may have changed what is to be done.
      const still = await this.replayable(tx, versionId, operator);
      if (!still.ok) return still;
      const { exam, version } = still.value;
      await this.recordLook(tx.pointers, versionId, looked);
      const refusal = 'failure' in verdict ? verdict.failure : undefined;
      await this.told(tx, 'replay', operator, exam, [version], refusal ? { ok: false, failure: refusal } : still);
      await this.carryOut(tx.pointers, exam, version, verdict);
      if (refusal) return { ok: false, failure: refusal };
      const outcome = verdict.kind === 'present' ? 'present' : 'resent';
      return { ok: true, value: { versionId, examId: exam.id, outcome } };
    });
  }

  private async replayable(tx: OperatorTx, versionId: string, operator: string): Promise<Decision<Replayable>> {
    const examId = await tx.examOfVersion(versionId);
    const exam = examId === undefined ? undefined : await tx.pointers.lockExamById(examId);
    if (!exam) return unknown();
    const versions = await tx.pointers.versions(exam.id);
    const version = versions.find(({ id }) => id === versionId);
    const plan = planOf(await wantedIn(tx.pointers, exam, this.options.rule), versions);
    const refusal = decideLook(version, plan);
    if (!version || refusal) {
      const decision = { ok: false, failure: refusal ?? failure('DRIM-103') } as const;
      await this.told(tx, 'replay', operator, exam, version ? [version] : [], decision);
      return decision;
    }
    const { replaces } = await tx.pointers.frozen(versionId);
    return { ok: true, value: { exam, version, replaces } };
  }

  private async lookAt(versionId: string, replaces: string | null): Promise<{ looked: Looked; target?: Looked }> {
    const look = async (id: string): Promise<Looked> =>
      this.world.look(await this.store.transaction(({ pointers }) => pointers.frozen(id)));
    const looked = await look(versionId);
    return looked.kind === 'absent' && replaces !== null ? { looked, target: await look(replaces) } : { looked };
  }

  /** A look that failed changed nothing in the DMP: it leaves no doubt about the version. */
  private async recordLook(tx: PointerTx, versionId: string, looked: Looked): Promise<void> {
    const attempt = await tx.beginAttempt(versionId, 'look');
    if (looked.kind === 'failed') await tx.endAttempt(attempt, 'not-sent', looked.failure);
    else await tx.endAttempt(attempt, looked.kind === 'absent' ? 'not-found' : 'found');
  }

  private async carryOut(tx: PointerTx, exam: Exam, version: PointerVersion, verdict: ReplayVerdict): Promise<void> {
    if (verdict.kind === 'resend') {
      await tx.setStatus(version.id, 'frozen');
      await this.workNow(tx, exam, 'operator.replay', { ok: true, value: [version] });
    } else if (verdict.kind === 'lost') {
      await tx.setStatus(version.id, 'lost');
      await this.lost(tx, exam, version, verdict.failure);
    }
  }

  /** The exam is due, as if nothing had been tried yet. */
  private async workNow(
    tx: PointerTx,
    exam: Exam,
    event: LifeEvent,
    decision: Decision<unknown>,
  ): Promise<Decision<ExamActAnswer>> {
    if (!decision.ok) return decision;
    const { next, action } = transition(exam.state, event);
    await tx.saveExam(exam, {
      ...exam,
      state: next,
      version: exam.version + 1,
      attempts: 0,
      held: null,
      nextAttemptAt: this.options.now(),
    });
    await tx.addStep(exam.id, { event, from: exam.state, to: next, action });
    return { ok: true, value: { examId: exam.id, state: next } };
  }

  private async lost(tx: PointerTx, exam: Exam, version: PointerVersion, cause: Failure): Promise<void> {
    const { next, action } = transition(exam.state, 'dmp.lost');
    const after: Exam = { ...exam, state: next, version: exam.version + 1, cause, attempts: 0, nextAttemptAt: null };
    await tx.saveExam(exam, after);
    await tx.addStep(exam.id, { event: 'dmp.lost', from: exam.state, to: next, action, cause });
    await project(tx, after, await wantedIn(tx, after, this.options.rule));
    await tx.tell({ exam: after, operation: { kind: 'look', version }, event: 'dmp.lost', cause, final: true });
  }

  private told(
    tx: OperatorTx,
    act: 'retry' | 'release' | 'replay',
    operator: string,
    exam: Exam,
    versions: readonly PointerVersion[],
    decision: Decision<unknown>,
  ): Promise<void> {
    return tx.tell({
      act,
      operator,
      exam,
      versions: versions.map(({ kosUid }) => kosUid),
      failure: decision.ok ? undefined : decision.failure,
    });
  }
}

const unknown = (): { ok: false; failure: Failure } => ({ ok: false, failure: failure('DRIM-103') });
