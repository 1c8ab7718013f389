import { DrimError, ERRORS } from '@drimbox/contracts';
import { CONFIG, errorFields, Lifecycle, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { retryPolicies, type Settings } from '../config/settings.js';
import { Claims } from './claims.js';
import { Reconciler } from './reconciler.js';
import { SiteWorld } from './site-world.js';
import { SqlPointerStore } from './sql-pointer-store.js';

/** Longest sleep between two looks at the table: another replica's event is seen at the latest then. */
const IDLE_MS = 1_000;
const SHORTEST_MS = 20;
/** Rest of an exam whose step failed for a passing reason, such as an absent database. */
const GIVEN_BACK_MS = 1_000;

/**
 * Takes due exams under a lease and brings each as far as it goes, several at a time.
 * Nothing that matters is kept in memory: a crash leaves rows whose lease ends.
 */
@Injectable()
export class ExamWorker implements OnApplicationBootstrap {
  private readonly busy = new Set<Promise<void>>();
  /** Exams to be given back before their lease ends, as soon as the database allows. */
  private readonly unfinished = new Set<string>();
  private readonly reconciler: Reconciler;
  private stopping = false;
  private alarm?: () => void;

  constructor(
    private readonly claims: Claims,
    store: SqlPointerStore,
    world: SiteWorld,
    @Inject(CONFIG) private readonly settings: Settings,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {
    this.reconciler = new Reconciler(store, world, {
      rule: settings.visibilityOfSet,
      policies: retryPolicies(settings),
      now: () => new Date(),
      random: Math.random,
    });
  }

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
      if ((await this.startDue()) === 0) await this.sleep(woken);
    }
  }

  private async startDue(): Promise<number> {
    const { workers, leaseSeconds } = this.settings;
    const free = workers - this.busy.size;
    if (free <= 0) return 0;
    try {
      await this.giveUnfinishedBack();
      const ids = await this.claims.due(free, leaseSeconds * 1000);
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

  private async carryOut(examId: string): Promise<void> {
    // A long way (a PACS and a DMP at their slowest, change after change) outlives a lease.
    const leaseMs = this.settings.leaseSeconds * 1000;
    const renewal = setInterval(() => {
      this.claims.renew(examId, leaseMs).catch((error: unknown) => {
        this.logger.warn('exam.lease-not-renewed', { ...errorFields(error), exam: examId });
      });
    }, leaseMs / 3);
    try {
      await this.reconciler.run(examId);
    } catch (error) {
      // Given back at once, or by the end of its lease: the exam is taken again, nothing is lost, the cause is told.
      if (error instanceof DrimError && ERRORS[error.code].retryable) this.unfinished.add(examId);
      this.logger.error('exam.step-failed', { ...errorFields(error), exam: examId });
    } finally {
      clearInterval(renewal);
    }
  }

  private async giveUnfinishedBack(): Promise<void> {
    const ids = [...this.unfinished];
    if (ids.length === 0) return;
    await this.claims.giveBack(ids, GIVEN_BACK_MS);
    for (const id of ids) this.unfinished.delete(id);
  }

  private async sleep(woken: Promise<void>): Promise<void> {
    // With every worker busy nothing can be started: the first that ends wakes, the table need not be asked.
    if (this.busy.size >= this.settings.workers) return woken;
    let timer: NodeJS.Timeout | undefined;
    const due = await this.claims.nextDue().catch(() => undefined);
    const rest = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(SHORTEST_MS, Math.min(due ?? IDLE_MS, IDLE_MS)));
    });
    await Promise.race([woken, rest]);
    clearTimeout(timer);
  }
}
