import type { Failure } from '@drimbox/contracts';
import {
  currentEntry,
  type DeleteOutcome,
  type FindOutcome,
  type ProvideAndRegisterOutcome,
  type RefusalKind,
} from '@drimbox/xds';
import type { Deleted, Looked, Sent } from '../pointer/pointer-world.js';

/** Registry error codes, never its words: they may quote the patient. */
const codesText = (codes: readonly string[]): string => codes.join(', ').slice(0, 200);

/** What went wrong with a contact, in the words of the error table; `reached`: the DMP may have worked. */
function troubleOf(
  outcome: Exclude<ProvideAndRegisterOutcome | FindOutcome, { outcome: 'accepted' | 'found' | 'absent' }>,
): {
  failure: Failure;
  reached: boolean;
} {
  switch (outcome.outcome) {
    case 'unreachable':
      return { failure: { code: 'DRIM-500', detail: outcome.cause }, reached: false };
    case 'unknown':
      return { failure: { code: 'DRIM-501', detail: outcome.cause }, reached: true };
    case 'busy':
      return { failure: { code: 'DRIM-506', detail: codesText(outcome.codes) }, reached: false };
    case 'refused':
      return { failure: { code: refusalCode(outcome.kind), detail: codesText(outcome.codes) }, reached: false };
  }
}

function refusalCode(kind: RefusalKind): Failure['code'] {
  if (kind === 'vihf') return 'DRIM-503';
  return kind === 'duplicate-other' ? 'DRIM-504' : 'DRIM-502';
}

/**
 * The outcome of a send. "Known under this id" is what a repeated send looks like, and a target that is no longer
 * Approved what a repeated replacement looks like: a look settles both.
 */
export function sentOf(outcome: ProvideAndRegisterOutcome): Sent {
  if (outcome.outcome === 'accepted') return { kind: 'published' };
  const { failure, reached } = troubleOf(outcome);
  if (outcome.outcome === 'refused') {
    const again = outcome.kind === 'duplicate-same' || outcome.kind === 'stale-target';
    return again ? { kind: 'unknown', failure: { ...failure, code: 'DRIM-505' } } : { kind: 'refused', failure };
  }
  return { kind: reached ? 'unknown' : 'not-sent', failure };
}

/** The outcome of a look (ITI-18 GetDocuments by uniqueId); other bytes under our id are somebody's grave mistake. */
export function lookedOf(outcome: FindOutcome, kosHash: string): Looked {
  if (outcome.outcome === 'absent') return { kind: 'absent' };
  if (outcome.outcome !== 'found') return { kind: 'failed', failure: troubleOf(outcome).failure };
  const same = outcome.entries.every(({ hash }) => hash === undefined || hash === kosHash);
  if (!same) return { kind: 'failed', failure: { code: 'DRIM-504' } };
  return { kind: currentEntry(outcome.entries) ? 'approved' : 'gone' };
}

export function deletedOf(outcome: DeleteOutcome): Deleted {
  if (outcome.outcome === 'accepted') return { kind: 'deleted' };
  const { failure, reached } = troubleOf(outcome);
  return { kind: 'failed', failure, sent: reached };
}
