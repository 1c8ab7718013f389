import { DrimError, ERRORS } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CONFIG, errorFields, Lifecycle, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { SearchStep } from './search.step.js';
import { SendStep } from './send.step.js';
import { ExamRepository } from './exam.repository.js';

/** Longest sleep between two looks at the table: another replica's event is seen at the latest then. */
const IDLE_MS = 1_000;
/** Rest of an exam whose step failed for a passing reason, such as an absent database. */
const GIVEN_BACK_MS = 1_000;

/**
 * Takes due exams under a lease and carries out their next step, several at a time.
 * Nothing that matters is kept in memory: a crash leaves rows whose lease ends.
 */
@Injectable()
export class ExamWorker implements OnApplicationBootstrap {
  private readonly busy = new Set<Promise<void>>();
  /** Exams to be given back before their lease ends, as soon as the database allows. */
  private readonly unfinished = new Set<string>();
  private stopping = false;
  private alarm?: () => void;

  constructor(
    private readonly database: Database,
    private readonly exams: ExamRepository,
    private readonly search: SearchStep,
    private readonly send: SendStep,
    @Inject(CONFIG) private readonly settings: Settings,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const loop = this.run();
    this.lifecycle.onDrain('work', 'exams', async () => {
      this.stopping = true;
      this.wake();
      await loop;
      await Promise.all(this.busy);
    });
  }

  /** Called after the commit of anything that makes an exam due. */
  wake(): void {
    this.alarm?.();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const woken = new Promise<void>((resolve) => (this.alarm = resolve));
      const started = await this.startDue();
      if (started === 0) await this.sleep(woken);
    }
  }

  private async startDue(): Promise<number> {
    const { workers, leaseSeconds } = this.settings;
    const free = workers - this.busy.size;
    if (free <= 0) return 0;
    try {
      await this.giveBack();
      const ids = await this.exams.claimDue(this.database, free, leaseSeconds * 1000);
      for (const id of ids) {
        const work: Promise<void> = this.carryOut(id).finally(() => {
          this.busy.delete(work);
          this.wake();
        });
        this.busy.add(work);
      }
      return ids.length;
    } catch (error) {
      this.logger.error('exam.claim-failed', errorFields(error));
      return 0;
    }
  }

  /** One exam as far as it goes without waiting: search, freeze and send follow each other under the same lease. */
  private async carryOut(examId: string): Promise<void> {
    try {
      const goOn = await this.search.run(examId);
      if (goOn) await this.send.run(examId);
    } catch (error) {
      // Given back at once, or by the end of its lease: the step is taken again, nothing is lost, the cause is told.
      if (error instanceof DrimError && ERRORS[error.code].retryable) this.unfinished.add(examId);
      this.logger.error('exam.step-failed', { ...errorFields(error), exam: examId });
    }
  }

  private async giveBack(): Promise<void> {
    const ids = [...this.unfinished];
    if (ids.length === 0) return;
    await this.exams.giveBack(this.database, ids, GIVEN_BACK_MS);
    for (const id of ids) this.unfinished.delete(id);
  }

  private async sleep(woken: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const due = await this.exams.nextDue(this.database).catch(() => undefined);
    const rest = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.min(due ?? IDLE_MS, IDLE_MS) || 50)));
    await Promise.race([woken, rest]);
    clearTimeout(timer);
  }
}
