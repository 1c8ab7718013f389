import type { Failure } from '@drimbox/contracts';
import type { FindOutcome, ProvideAndRegisterOutcome, RefusalKind } from '@drimbox/xds';
import type { AttemptOutcome } from './look-first.js';

/** What a look or a send says about a version. */
export interface DmpVerdict {
  readonly attempt: NonNullable<AttemptOutcome>;
  readonly published: boolean;
  /** The DMP will not change its mind: an operator is needed. */
  readonly lasting: boolean;
  readonly failure?: Failure;
}

export interface SendResult extends DmpVerdict {
  readonly attemptId: string;
}

const waits = (attempt: DmpVerdict['attempt'], failure: Failure): DmpVerdict => ({
  attempt,
  published: false,
  lasting: false,
  failure,
});

/** Registry error codes, never its words: they may quote the patient. */
const codesText = (codes: readonly string[]): string => codes.join(', ').slice(0, 200);

/**
 * The outcome of a send. "Known under this id with the same hash" is what a repeated send looks like: a success
 * that a look confirms; another hash is somebody else's document.
 */
export function sendVerdict(outcome: ProvideAndRegisterOutcome): DmpVerdict {
  switch (outcome.outcome) {
    case 'accepted':
      return { attempt: 'accepted', published: true, lasting: false };
    case 'unreachable':
      return waits('not-sent', { code: 'DRIM-500', detail: outcome.cause });
    case 'unknown':
      return waits('unknown', { code: 'DRIM-501', detail: outcome.cause });
    case 'busy':
      return waits('not-sent', { code: 'DRIM-506', detail: codesText(outcome.codes) });
    case 'refused':
      // The look at the next attempt compares the hashes and settles it.
      if (outcome.kind === 'duplicate-same')
        return waits('unknown', { code: 'DRIM-505', detail: codesText(outcome.codes) });
      return refusedForGood(outcome.kind, outcome.codes);
  }
}

/** The outcome of a look (ITI-18 GetDocuments by uniqueId). */
export function lookVerdict(outcome: FindOutcome, kosHash: string): DmpVerdict {
  switch (outcome.outcome) {
    case 'found': {
      const same = outcome.entries.some(({ hash }) => hash?.toLowerCase() === kosHash);
      if (same) return { attempt: 'found', published: true, lasting: false };
      return { attempt: 'refused', published: false, lasting: true, failure: { code: 'DRIM-504' } };
    }
    case 'absent':
      return { attempt: 'not-found', published: false, lasting: false };
    case 'busy':
      return waits('unknown', { code: 'DRIM-506', detail: codesText(outcome.codes) });
    case 'unreachable':
      return waits('unknown', { code: 'DRIM-500', detail: outcome.cause });
    case 'unknown':
      return waits('unknown', { code: 'DRIM-501', detail: outcome.cause });
    case 'refused':
      return waits('unknown', { code: 'DRIM-503', detail: codesText(outcome.codes) });
  }
}

function refusedForGood(kind: Exclude<RefusalKind, 'duplicate-same'>, codes: readonly string[]): DmpVerdict {
  const code = kind === 'vihf' ? 'DRIM-503' : kind === 'duplicate-other' ? 'DRIM-504' : 'DRIM-502';
  return { attempt: 'refused', published: false, lasting: true, failure: { code, detail: codesText(codes) } };
}
