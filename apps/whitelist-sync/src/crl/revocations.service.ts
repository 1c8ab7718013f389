import { Outbox } from '@drimbox/bus';
import type { RevocationLists } from '@drimbox/contracts';
import { Database, type Tx } from '@drimbox/persistence';
import { CONFIG, errorFields, Lifecycle, Logger, Metrics } from '@drimbox/service';
import { type Crl, readCrl, signedBy } from '@drimbox/trust';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { type Cause, Alerts } from '../alerts/alerts.js';
import type { Settings } from '../config/settings.js';
import { type Download, download } from '../download/download.js';
import { PublicCertificates } from '../trust/public-certificates.js';
import { RevocationsRepository } from './revocations.repository.js';

/** Fetches the revocation lists at their own pace and keeps the last good one of each. */
@Injectable()
export class Revocations implements OnModuleInit, OnApplicationBootstrap {
  private held = new Map<string, Crl>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    @Inject(CONFIG) private readonly settings: Settings,
    private readonly database: Database,
    private readonly repository: RevocationsRepository,
    private readonly certificates: PublicCertificates,
    private readonly alerts: Alerts,
    private readonly outbox: Outbox,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge('drimbox_crl_next_update_seconds', 'Last day of each revocation list, Unix time', ['crl'], () =>
      [...this.held].map(([url, crl]) => [{ crl: url }, crl.nextUpdate.getTime() / 1000] as const),
    );
  }

  async onModuleInit(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const version = await this.repository.forgetOthers(tx, this.settings.crlUrls);
      if (version !== undefined) await this.tell(tx, version);
    });
    await this.reload();
    this.timer = setInterval(() => this.fetchSoon(), this.settings.crlPaceSeconds * 1000).unref();
    this.lifecycle.onDrain('work', 'revocation lists', async () => {
      this.stopped = true;
      clearInterval(this.timer);
      await this.running?.catch(() => undefined);
    });
  }

  onApplicationBootstrap(): void {
    this.fetchSoon();
  }

  get crls(): readonly Crl[] {
    return [...this.held.values()];
  }

  /** Address and last day of each. */
  ends(): { url: string; nextUpdate: Date }[] {
    return [...this.held].map(([url, { nextUpdate }]) => ({ url, nextUpdate }));
  }

  /** From the table: another replica may have fetched later ones. */
  async report(): Promise<RevocationLists> {
    const { version, lists } = await this.repository.all();
    return {
      version,
      lists: lists.map(({ url, der, fetchedAt }) => ({
        url,
        der: der.toString('base64'),
        fetchedAt: fetchedAt.toISOString(),
      })),
    };
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Fetches all when one is missing or past its day: before a list is verified, what can be known is known. */
  async fetchMissing(): Promise<void> {
    const now = new Date();
    const good = this.settings.crlUrls.every((url) => (this.held.get(url)?.nextUpdate ?? now) > now);
    if (!good) await this.fetchAll();
  }

  fetchAll(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    this.running ??= this.fetchEach().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private fetchSoon(): void {
    this.fetchAll().catch((error: unknown) => this.logger.error('crl.failed', errorFields(error)));
  }

  private async fetchEach(): Promise<void> {
    const changed = await Promise.all(this.settings.crlUrls.map((url) => this.fetch(url)));
    await this.reload();
    if (!changed.includes(true)) return;
    for (const listener of this.listeners) listener();
  }

  /** True when a new list was kept. */
  private async fetch(url: string): Promise<boolean> {
    const { crlTimeoutSeconds, crlMaxBytes } = this.settings;
    try {
      const brought = await download(url, { timeoutSeconds: crlTimeoutSeconds, maxBytes: crlMaxBytes });
      return await this.database.transaction((tx) => this.take(tx, url, brought));
    } catch (error) {
      this.logger.error('crl.failed', { ...errorFields(error), host: new URL(url).host });
      return false;
    }
  }

  private async take(tx: Tx, url: string, brought: Download): Promise<boolean> {
    const before = await this.repository.find(tx, url);
    const read = this.read(brought);
    const known = before && readCrl(before.der);
    const older = read.ok && known?.ok && read.crl.thisUpdate < known.crl.thisUpdate;
    const fault = !read.ok ? read.detail : older ? 'older than the last one' : undefined;
    await this.alerts.set(tx, causesOf(url), fault === undefined ? [] : [causeOf(url, fault)]);
    if (!read.ok || older) {
      this.logger.warn('crl.refused', { host: new URL(url).host, code: 'DRIM-717', detail: fault });
      return false;
    }
    if (before?.der.equals(read.der)) {
      await this.repository.seen(tx, url);
      return false;
    }
    const version = await this.repository.keep(tx, url, read.der, read.crl.nextUpdate);
    await this.tell(tx, version);
    this.logger.info('crl.kept', { host: new URL(url).host, version, count: read.crl.revoked.size });
    return true;
  }

  private read(brought: Download): { ok: true; crl: Crl; der: Buffer } | { ok: false; detail: string } {
    if (brought.outcome === 'unreachable') return { ok: false, detail: `unreachable: ${brought.detail}` };
    if (brought.outcome !== 'body') return { ok: false, detail: brought.outcome };
    const read = readCrl(brought.bytes, { maxBytes: this.settings.crlMaxBytes });
    if (!read.ok) return { ok: false, detail: `${read.kind}: ${read.detail}` };
    const { anchors, intermediates } = this.certificates.authorities;
    if (![...anchors, ...intermediates].some((authority) => signedBy(read.crl, authority))) {
      return { ok: false, detail: 'not signed by a configured authority' };
    }
    return { ok: true, crl: read.crl, der: brought.bytes };
  }

  private async tell(tx: Tx, version: number): Promise<void> {
    await this.outbox.add(tx, 'revocations.changed', { at: new Date().toISOString(), version });
  }

  private async reload(): Promise<void> {
    const { lists } = await this.repository.all();
    this.held = new Map(
      lists.flatMap(({ url, der }) => {
        const read = readCrl(der);
        return read.ok ? [[url, read.crl] as const] : [];
      }),
    );
  }
}

/** The blank keeps an address apart from a longer one that begins alike. */
const causesOf = (url: string): string => `crl:${url} `;
const causeOf = (url: string, detail: string): Cause => ({
  cause: `${causesOf(url)}fetch`,
  code: 'DRIM-717',
  detail: `${url}: ${detail}`,
});
