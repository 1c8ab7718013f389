import { type LinkCondition, LinkReports, type ProbeAnswer } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CONFIG, errorFields, InternalClient, Lifecycle, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/settings.js';
import { LinkConditionsRepository } from './link-conditions.repository.js';
import { probeAnswer, type ProbeScope } from './probe.js';

/** Rounds of the table that may be missed before this DRIMbox is called down. */
const MISSED_ROUNDS = 3;
const RETRY_MILLISECONDS = 2_000;

/**
 * How the DRIMbox and its PACS are, kept in memory and renewed at our own pace: a probe only reads it, so it is answered
 * at once whatever is down, and never makes anybody ask a PACS anything.
 */
@Injectable()
export class ConditionService implements OnModuleInit {
  private links = new Map<string, LinkCondition['state']>();
  private readAt = 0;
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly conditions: LinkConditionsRepository,
    private readonly client: InternalClient,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.read();
    const rounds = [this.keepReading(), this.askOnce()];
    this.lifecycle.onDrain('work', 'conditions', async () => {
      this.stopping.abort();
      await Promise.all(rounds);
    });
  }

  answer(link: string, scope: ProbeScope): ProbeAnswer {
    const age = performance.now() - this.readAt;
    const drimboxUp = age < this.settings.healthRefreshSeconds * 1000 * MISSED_ROUNDS && !this.lifecycle.stopping;
    return probeAnswer(scope, { drimboxUp, pacs: this.links.get(link) }, this.settings);
  }

  private async keepReading(): Promise<void> {
    while (await this.pause(this.settings.healthRefreshSeconds * 1000)) {
      await this.read().catch((error: unknown) => this.logger.warn('conditions.not-read', errorFields(error)));
    }
  }

  private async read(): Promise<void> {
    this.links = await this.conditions.all();
    this.readAt = performance.now();
  }

  /** Events tell what changes; what was before the first of them is asked once. */
  private async askOnce(): Promise<void> {
    do {
      const asked = await this.client.call({ to: 'pacs-bridge', path: '/links', answer: LinkReports });
      if (asked.ok) {
        try {
          // A link that was not asked yet has no news to give.
          for (const report of asked.value.filter(({ state }) => state !== 'unknown')) {
            await this.conditions.take(this.database, report);
          }
          return;
        } catch (error) {
          this.logger.warn('conditions.not-kept', errorFields(error));
        }
      } else this.logger.warn('conditions.not-asked', { code: asked.failure.code, detail: asked.failure.detail });
    } while (await this.pause(RETRY_MILLISECONDS));
  }

  /** @returns false when it is time to stop. */
  private async pause(milliseconds: number): Promise<boolean> {
    const { signal } = this.stopping;
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }
}
