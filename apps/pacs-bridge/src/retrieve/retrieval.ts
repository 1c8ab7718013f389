import { ERRORS, type Failure, type PacsLink, type RetrieveOutcome, type RetrieveProgress } from '@drimbox/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asker, Pulled, Puller } from './pull.js';
import { SpoolingReceiver, type SeriesInSpool } from './spooling-receiver.js';
import type { Wanted } from './wanted.js';

/** Before an incomplete retrieval is asked again: a PACS that has just broken off is not asked in the same breath. */
const REPEAT_AFTER = 250;
/** UIDs of one C-MOVE at IMAGE level: a list must fit in what every PACS reads. */
const UIDS_PER_REQUEST = 64;

export interface RetrievalResult {
  readonly outcome: RetrieveOutcome;
  readonly receiver: SpoolingReceiver;
  readonly retried: boolean;
  readonly refused: number;
  readonly millisecondsToFirst?: number;
  readonly milliseconds: number;
}

/**
 * One series (or one instance) on its way from the PACS into the spool: asked once, asked once more for what is missing,
 * and never called complete when something is (P7).
 */
export class Retrieval {
  private readonly receiver: SpoolingReceiver;
  private readonly giveUp = new AbortController();
  private readonly from = performance.now();
  private expected: number | undefined;
  private refused = 0;

  constructor(
    private readonly puller: Puller,
    private readonly link: PacsLink,
    private readonly wanted: Wanted,
    private readonly asker: Omit<Asker, 'signal' | 'onExpected'>,
    private readonly series: SeriesInSpool,
    /** Instances that the first asker knows of. */
    known: number | undefined,
  ) {
    this.expected = known;
    this.receiver = new SpoolingReceiver(series, () => undefined);
  }

  get progress(): RetrieveProgress {
    const expected = this.expected === undefined ? {} : { expected: this.expected };
    return { received: this.receiver.whole.size, ...expected };
  }

  /** Nobody reads any more: C-CANCEL. */
  cancel(): void {
    this.giveUp.abort();
  }

  /** Runs to its end; the series is settled with the outcome. Never rejects for what a PACS does. */
  async run(): Promise<RetrievalResult> {
    let pulled = await this.pull(this.wanted);
    let retried = false;
    if (this.isWorthRepeating(pulled)) {
      retried = true;
      await sleep(REPEAT_AFTER, undefined, { signal: this.giveUp.signal }).catch(() => undefined);
      if (!this.giveUp.signal.aborted) pulled = await this.repeat(pulled);
    }
    const outcome = this.outcomeOf(pulled);
    this.series.settle(outcome);
    const { firstByteAt } = this.receiver;
    return {
      outcome,
      receiver: this.receiver,
      retried,
      refused: this.refused,
      ...(firstByteAt !== undefined && { millisecondsToFirst: firstByteAt - this.from }),
      milliseconds: performance.now() - this.from,
    };
  }

  private async pull(wanted: Wanted): Promise<Pulled> {
    const pulled = await this.puller.pull(this.link, wanted, this.receiver, {
      ...this.asker,
      signal: this.giveUp.signal,
      onExpected: (instances) => this.expect(instances),
    });
    // What the PACS holds is what there is; what the asker knows to have been there is missed too.
    if (pulled.held !== undefined) this.expect(pulled.held);
    return pulled;
  }

  /** A repetition asks for less: its count says nothing of the whole. */
  private expect(instances: number): void {
    this.expected = Math.max(this.expected ?? 0, instances);
  }

  private get incomplete(): boolean {
    return this.receiver.broken.size > 0 || this.receiver.whole.size < (this.expected ?? 0);
  }

  private isWorthRepeating({ failure, failed, warned }: Pulled): boolean {
    if (this.giveUp.signal.aborted) return false;
    // What the disk did not keep it would not keep the second time.
    if (this.receiver.shortOf === 'disk') return false;
    // A door that was closed (maintenance, breaker, queue) is not pushed twice.
    if (failure) return !DOOR_CODES.has(failure.code) && ERRORS[failure.code].retryable;
    return failed + warned > 0 || this.incomplete;
  }

  /** Only what the PACS names as failed, when it names it and everything else has come; else the whole again, each object counting once. */
  private async repeat(first: Pulled): Promise<Pulled> {
    const missing = first.failedInstances.filter((uid) => !this.receiver.whole.has(uid));
    const rest = this.expected === undefined ? undefined : this.expected - this.receiver.whole.size;
    if (first.failure || missing.length === 0 || missing.length !== rest || missing.length > UIDS_PER_REQUEST) {
      return this.pull(this.wanted);
    }
    return this.pull({ study: this.wanted.study, series: this.wanted.series, instances: missing });
  }

  /** Was it our own disk or budget that kept images away? A full disk has lost some, whatever was counted; a full budget only held them up. */
  private isShort(missed: Failure | boolean): boolean {
    const { shortOf } = this.receiver;
    return shortOf === 'disk' || (shortOf === 'budget' && (missed !== false || this.incomplete));
  }

  private outcomeOf({ failure, failed }: Pulled): RetrieveOutcome {
    this.refused = failed;
    const counts = this.progress;
    const { received } = counts;
    if (this.giveUp.signal.aborted) return { outcome: 'cancelled', code: 'DRIM-315', ...counts };
    if (this.isShort(failure ?? failed > 0)) {
      return { outcome: received === 0 ? 'failed' : 'incomplete', code: 'DRIM-311', ...counts };
    }
    if (failure && received === 0) return { outcome: 'failed', code: failure.code, ...counts };
    if (received === 0 && !this.incomplete && failed === 0) return { outcome: 'failed', code: 'DRIM-307', ...counts };
    if (failure || failed > 0 || this.incomplete) return { outcome: 'incomplete', code: codeOf(failure), ...counts };
    return { outcome: 'complete', ...counts, expected: Math.max(received, counts.expected ?? 0) };
  }
}

/** Answers of the link's own door: nothing was asked of the PACS. */
const DOOR_CODES: ReadonlySet<string> = new Set(['DRIM-305', 'DRIM-309', 'DRIM-310', 'DRIM-316']);

const codeOf = (failure: Failure | undefined): NonNullable<RetrieveOutcome['code']> => failure?.code ?? 'DRIM-308';
