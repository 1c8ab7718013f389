import { RevocationLists, WhiteList } from '@drimbox/contracts';
import { CONFIG, errorFields, Health, InternalClient, Lifecycle, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { Signals } from '../signals.js';
import { TrustRepository } from './trust-repository.js';

export type TrustListener = () => void;

/**
 * The white list and the revocation lists in force, in memory for the decisions. They come from whitelist-sync, at an
 * event and at a slow pace besides; a copy in the tables lets a restart do without it. What is out of date is judged at
 * each decision, by the clock of this moment.
 */
@Injectable()
export class TrustCopies implements OnModuleInit {
  whiteList: WhiteList | undefined;
  revocations: RevocationLists | undefined;
  private readonly listeners = new Set<TrustListener>();
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: TrustRepository,
    private readonly client: InternalClient,
    private readonly signals: Signals,
    private readonly lifecycle: Lifecycle,
    private readonly health: Health,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    this.signals.onSignal((signal) => {
      if (signal?.what !== 'exam') void this.reread();
    });
    await this.reread();
    const timer = setInterval(() => void this.fetchAll(), this.settings.trustPollSeconds * 1000).unref();
    void this.fetchAll();
    this.lifecycle.onDrain('work', 'trust copies', async () => {
      clearInterval(timer);
      await this.reading;
    });
    this.health.register({
      name: 'white-list',
      kind: 'note',
      check: () =>
        this.whiteList && new Date(this.whiteList.usableUntil) > new Date()
          ? { ok: true }
          : { ok: false, reason: 'no white list in force' },
    });
  }

  onChange(listener: TrustListener): void {
    this.listeners.add(listener);
  }

  /** Asks whitelist-sync for what it verified last. @returns the failure, when it did not answer. */
  async fetch(kind: 'white-list' | 'revocations'): Promise<string | undefined> {
    const asked =
      kind === 'white-list'
        ? await this.client.call({ to: 'whitelist-sync', path: '/white-list', answer: WhiteList })
        : await this.client.call({ to: 'whitelist-sync', path: '/revocations', answer: RevocationLists });
    if (!asked.ok) {
      this.logger.warn('trust.not-fetched', { code: asked.failure.code, detail: asked.failure.detail });
      return asked.failure.code;
    }
    const news =
      kind === 'white-list'
        ? await this.repository.keep(kind, asked.value as WhiteList)
        : await this.repository.keep(kind, asked.value as RevocationLists);
    if (news) this.signals.tell({ what: 'trust' });
    if (news) await this.reread();
    return undefined;
  }

  private async fetchAll(): Promise<void> {
    for (const kind of ['white-list', 'revocations'] as const) {
      await this.fetch(kind).catch((error: unknown) => this.logger.warn('trust.not-fetched', errorFields(error)));
    }
  }

  /** Takes over what the tables hold; one at a time. */
  private reread(): Promise<void> {
    this.reading = this.reading.then(async () => {
      try {
        const [list, revocations] = [
          await this.repository.read('white-list'),
          await this.repository.read('revocations'),
        ];
        const changed = list?.version !== this.whiteList?.version || revocations?.version !== this.revocations?.version;
        this.whiteList = list ?? this.whiteList;
        this.revocations = revocations ?? this.revocations;
        if (!changed) return;
        this.logger.info('trust.loaded', { version: list?.version, count: list?.entries.length });
        for (const listener of this.listeners) listener();
      } catch (error) {
        this.logger.warn('trust.not-read', errorFields(error));
      }
    });
    return this.reading;
  }
}
