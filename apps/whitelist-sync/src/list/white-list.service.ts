import type { WhiteListAttempt } from '@drimbox/contracts';
import { Outbox } from '@drimbox/bus';
import { Database } from '@drimbox/persistence';
import { CONFIG, errorFields, Health, Lifecycle, Logger, Metrics, ProductionChecks } from '@drimbox/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { Alerts } from '../alerts/alerts.js';
import type { Settings } from '../config/settings.js';
import { Revocations } from '../crl/revocations.service.js';
import { download } from '../download/download.js';
import { untilTime } from '../schedule/until-time.js';
import { STALE_CAUSES, TakeList } from './take-list.js';
import { type KeptList, WhiteListRepository } from './white-list.repository.js';

const DAY_MS = 86_400_000;
const WATCH_MILLISECONDS = 1_000;
const ME = 'whitelist-sync';

/** Downloads the list each day, after a failure sooner, and on demand; watches that the last one stays usable. */
@Injectable()
export class WhiteLists implements OnApplicationBootstrap {
  private list: KeptList | undefined;
  private running: Promise<WhiteListAttempt> | undefined;
  private next: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private stopped = false;
  private readonly listeners = new Set<(list: KeptList) => void>();
  private failing = false;
  private readonly attempts;

  constructor(
    @Inject(CONFIG) private readonly settings: Settings,
    private readonly database: Database,
    private readonly repository: WhiteListRepository,
    private readonly taking: TakeList,
    private readonly revocations: Revocations,
    private readonly alerts: Alerts,
    private readonly outbox: Outbox,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    metrics: Metrics,
    health: Health,
    checks: ProductionChecks,
  ) {
    checks.add(() => (settings.whiteListUrl.startsWith('http:') ? ['DRIMBOX_WHITE_LIST_URL is not https'] : []));
    // Only a note: a service that cannot get a list must stay up to say so, and to answer with the last one.
    health.register({
      name: 'white-list',
      kind: 'note',
      check: () => (this.usable() ? { ok: true } : { ok: false, reason: this.list ? 'too old' : 'none' }),
    });
    metrics.gauge('drimbox_white_list_usable', '1 while a list is usable', [], () => [[{}, this.usable() ? 1 : 0]]);
    metrics.gauge('drimbox_white_list_entries', 'Entries of the last list', [], () =>
      this.list ? [[{}, this.list.entries.length]] : [],
    );
    metrics.gauge('drimbox_white_list_verified_age_seconds', 'Since the list was last verified', [], () =>
      this.list ? [[{}, (Date.now() - this.list.verifiedAt.getTime()) / 1000]] : [],
    );
    this.attempts = metrics.counter('drimbox_white_list_attempts_total', 'Attempts to take a list', ['outcome']);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.reload();
    const since = Date.now() - (this.list?.verifiedAt.getTime() ?? 0);
    this.schedule(since > DAY_MS ? 0 : this.untilDaily());
    this.revocations.onChange(() => void this.lookAgain());
    this.watch = setInterval(() => void this.lookAtEnd(), WATCH_MILLISECONDS).unref();
    this.lifecycle.onDrain('work', 'white list', async () => {
      this.stopped = true;
      clearTimeout(this.next);
      clearInterval(this.watch);
      await this.running?.catch(() => undefined);
    });
  }

  /** The last list taken, usable or not. */
  get current(): KeptList | undefined {
    return this.list;
  }

  /** Called after each list taken. */
  onTaken(listener: (list: KeptList) => void): void {
    this.listeners.add(listener);
  }

  /** Downloads and verifies now. An operator's act is one of its own: it waits for the attempt that is on. */
  async refresh(actor: string = ME): Promise<WhiteListAttempt> {
    while (this.running) {
      if (actor === ME) return this.running;
      await this.running.catch(() => undefined);
    }
    this.running = this.attempt(actor).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** For a clock of this process only: usable until the moment that was given to everybody. */
  private usable(): boolean {
    return this.list !== undefined && this.list.usableUntil > new Date();
  }

  private async attempt(actor: string): Promise<WhiteListAttempt> {
    const { whiteListUrl, whiteListCaFile, whiteListTimeoutSeconds, whiteListMaxBytes } = this.settings;
    // A list is only as good as what is known of its signer. A person who asks wants to know everything now.
    await (actor === ME ? this.revocations.fetchMissing() : this.revocations.fetchAll());
    const brought = await download(whiteListUrl, {
      timeoutSeconds: whiteListTimeoutSeconds,
      maxBytes: whiteListMaxBytes,
      ca: whiteListCaFile === undefined ? undefined : readFileSync(whiteListCaFile, 'utf8'),
      etag: this.list?.etag,
    });
    const attempt = await this.taking.take(brought, actor);
    this.attempts.inc({ outcome: attempt.outcome });
    const { outcome, code, detail, version } = attempt;
    this.logger[code === undefined ? 'info' : 'error']('white-list.attempt', { outcome, code, detail, version });
    this.failing = code !== undefined;
    if (code === undefined) {
      await this.reload();
      if (this.list) for (const listener of this.listeners) listener(this.list);
      await this.lookAtEnd();
    }
    this.schedule(code === undefined ? this.untilDaily() : this.settings.whiteListRetrySeconds * 1000);
    return attempt;
  }

  /** New revocation lists may have cost the signer its trust, or given it back. */
  private async lookAgain(): Promise<void> {
    if (this.stopped || this.running) return;
    try {
      if (this.failing) await this.refresh();
      else this.failing = (await this.taking.lookAgain()) !== undefined;
    } catch (error) {
      this.logger.error('white-list.attempt-failed', errorFields(error));
    }
  }

  private async reload(): Promise<void> {
    this.list = await this.repository.current();
  }

  private untilDaily(): number {
    const jitter = Math.random() * this.settings.whiteListJitterMinutes * 60_000;
    return untilTime(this.settings.whiteListTime, new Date()) + jitter;
  }

  private schedule(milliseconds: number): void {
    clearTimeout(this.next);
    if (this.stopped) return;
    this.next = setTimeout(() => {
      this.refresh().catch((error: unknown) => {
        this.logger.error('white-list.attempt-failed', errorFields(error));
        this.schedule(this.settings.whiteListRetrySeconds * 1000);
      });
    }, milliseconds).unref();
  }

  /** Tells once that the list stopped being usable, and once that it is usable again. */
  private async lookAtEnd(): Promise<void> {
    const { list } = this;
    if (!list || this.stopped || list.usableUntil > new Date() !== list.endTold) return;
    try {
      await this.database.transaction(async (tx) => {
        await this.repository.lock(tx);
        const current = await this.repository.current(tx);
        if (!current || current.usableUntil > new Date() || !(await this.repository.tellEnd(tx, current))) return;
        await this.alerts.set(tx, STALE_CAUSES, [
          {
            cause: `${STALE_CAUSES}list`,
            code: 'DRIM-700',
            detail: `usable until ${current.usableUntil.toISOString()}`,
          },
        ]);
        await this.outbox.add(tx, 'white-list.changed', {
          at: new Date().toISOString(),
          version: current.version + 1,
          generatedAt: current.generatedAt.toISOString(),
          entries: current.entries.length,
        });
      });
      await this.reload();
    } catch (error) {
      this.logger.error('white-list.end-not-told', errorFields(error));
    }
  }
}
