import { failure, type Failure } from '@drimbox/contracts';
import type { State } from '../life/life.js';
import type { Operation, PointerVersion } from '../life/plan.js';
import type { Exam } from '../pointer/pointer-store.js';
import type { Looked } from '../pointer/pointer-world.js';

/** What an operator's act changes; a refusal changes nothing. */
export type Decision<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

const refused = (code: Failure['code'], detail?: string): { ok: false; failure: Failure } => ({
  ok: false,
  failure: failure(code, detail),
});

/** States of an exam that waits for something: working it at once can change where it stands. */
const WAITING: ReadonlySet<State> = new Set<State>([
  'searching',
  'absent',
  'mismatched',
  'unbuildable',
  'sending',
  'refused',
  'replacing',
  'withdrawing',
]);

/** Versions that are put back to be sent again, with the same bytes. */
export function decideRetry(exam: Exam, versions: readonly PointerVersion[]): Decision<readonly PointerVersion[]> {
  if (!WAITING.has(exam.state)) return refused('DRIM-108', `the exam is ${exam.state}`);
  return { ok: true, value: versions.filter(({ status }) => status === 'refused') };
}

/** Versions deleted by others in the DMP: once they count as deleted, the plan builds anew. */
export function decideRelease(exam: Exam, versions: readonly PointerVersion[]): Decision<readonly PointerVersion[]> {
  const lost = versions.filter(({ status }) => status === 'lost');
  if (lost.length === 0) return refused('DRIM-108', `the exam is ${exam.state}, no version of it is lost`);
  return { ok: true, value: lost };
}

/**
 * May the DMP be asked whether it still has the version? Only when it should have it, and nothing else is to be done
 * with the exam: a replay never crosses a replacement or a deletion.
 */
export function decideLook(version: PointerVersion | undefined, plan: readonly Operation[]): Failure | undefined {
  if (!version) return failure('DRIM-103');
  switch (version.status) {
    case 'approved':
      return plan.length > 0 ? failure('DRIM-108', 'the exam is being changed in the DMP') : undefined;
    case 'frozen':
    case 'refused':
      return failure('DRIM-108', `the version is ${version.status}: it was never in the DMP, retry its exam`);
    case 'discarded':
      return failure('DRIM-108', 'the version was never sent');
    default:
      return failure('DRIM-508', `the version is ${version.status}`);
  }
}

/** What the DMP's answer makes of a replay. `lost`: the fact is kept though the replay is refused. */
export type ReplayVerdict =
  | { readonly kind: 'present' }
  | { readonly kind: 'resend' }
  | { readonly kind: 'lost'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * @param looked what the DMP says of the version; `target` of the version it replaced, undefined when it replaced none.
 * Bytes with a replacement are of use only while their target is Approved (ITI-41, RPLC).
 */
export function replayVerdict(looked: Looked, target: Looked | undefined): ReplayVerdict {
  if (looked.kind === 'failed') return looked;
  if (looked.kind === 'approved') return { kind: 'present' };
  if (looked.kind === 'gone') return { kind: 'lost', failure: failure('DRIM-508', 'release its exam to publish anew') };
  if (!target || target.kind === 'approved') return { kind: 'resend' };
  if (target.kind === 'failed') return target;
  return { kind: 'lost', failure: failure('DRIM-509', 'release its exam to publish anew') };
}
