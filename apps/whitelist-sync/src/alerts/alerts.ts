import { Audit, OUTCOME } from '@drimbox/audit';
import { type ErrorCode, ERRORS } from '@drimbox/contracts';
import { Database, type Tx } from '@drimbox/persistence';
import { CONFIG, Logger, Metrics } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { AlertPost } from './alert-post.js';
import type { Notice } from './notice.js';

export interface Cause {
  /** Names what is wrong and on what: `list:DRIM-722`, `own:missing:db1…`; never a person. */
  readonly cause: string;
  readonly code: ErrorCode;
  readonly detail?: string | undefined;
}

/**
 * What is wrong now. A cause is told once when it begins and once when it ends, whoever finds it again in between;
 * beginning and end are kept with the act that found them, and told after its commit.
 */
@Injectable()
export class Alerts implements OnModuleInit {
  private readonly active = new Map<string, ErrorCode>();

  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly post: AlertPost,
    private readonly logger: Logger,
    metrics: Metrics,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {
    metrics.gauge('drimbox_alerts_active', 'Causes of alert that last', ['code'], () => {
      const counts = new Map<string, number>();
      for (const code of this.active.values()) counts.set(code, (counts.get(code) ?? 0) + 1);
      return [...counts].map(([code, count]) => [{ code }, count] as const);
    });
  }

  async onModuleInit(): Promise<void> {
    const rows = await this.database.query<{ cause: string; code: ErrorCode }>('select cause, code from alert');
    for (const { cause, code } of rows) this.active.set(cause, code);
  }

  /** Makes the causes under a prefix be exactly these: raises the new ones, ends the others. */
  async set(tx: Tx, prefix: string, causes: readonly Cause[]): Promise<void> {
    const rows = await tx.query<{ cause: string; code: ErrorCode }>(
      'select cause, code from alert where starts_with(cause, $1) for update',
      [prefix],
    );
    for (const { cause, code } of rows) {
      if (causes.some((one) => one.cause === cause)) continue;
      await tx.query('delete from alert where cause = $1', [cause]);
      await this.tell(tx, { cause, code, state: 'ended', at: new Date().toISOString() });
    }
    for (const { cause, code, detail } of causes) {
      const [raised] = await tx.query(
        'insert into alert (cause, code, detail) values ($1, $2, $3) on conflict (cause) do nothing returning cause',
        [cause, code, detail ?? null],
      );
      if (raised) {
        const at = new Date().toISOString();
        await this.tell(tx, { cause, code, state: 'raised', at, ...(detail !== undefined && { detail }) });
      }
    }
  }

  private async tell(tx: Tx, notice: Notice): Promise<void> {
    const { cause, code, state, detail } = notice;
    for (const channel of this.channels()) {
      await tx.query('insert into alert_notice (channel, notice) values ($1, $2)', [channel, JSON.stringify(notice)]);
    }
    await this.audit.record(tx, {
      kind: 'securityAlert',
      outcome: state === 'raised' ? OUTCOME.seriousFailure : OUTCOME.success,
      outcomeDescription: `${code} ${state}`,
      participants: [{ userId: 'whitelist-sync', requestor: true }],
      objects: [{ kind: 'resource', name: cause.slice(0, 200) }],
      ...(detail !== undefined && { detail: { detail: detail.slice(0, 300) } }),
    });
    tx.afterCommit(() => {
      if (state === 'raised') {
        this.active.set(cause, code);
        this.logger[ERRORS[code].level]('alert.raised', { code, event: cause, detail });
      } else {
        this.active.delete(cause);
        this.logger.info('alert.ended', { code, event: cause });
      }
      this.post.wake();
    });
  }

  private channels(): string[] {
    const { alertWebhookUrl, smtpUrl, alertMailTo } = this.settings;
    return [...(alertWebhookUrl ? ['webhook'] : []), ...(smtpUrl && alertMailTo ? ['mail'] : [])];
  }
}
