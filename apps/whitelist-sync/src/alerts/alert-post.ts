import { Database } from '@drimbox/persistence';
import { CONFIG, errorFields, Lifecycle, Logger, ProductionChecks } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { request } from 'undici';
import type { Settings } from '../config/settings.js';
import { mailOf, type Notice } from './notice.js';

const LOOK_MILLISECONDS = 15_000;
const SEND_MILLISECONDS = 20_000;
/** A notice that could not be sent for so long is of no use any more. */
const KEEP = '3 days';

/** Sends what administrators are to be told, by mail and webhook, until it has been taken. */
@Injectable()
export class AlertPost implements OnModuleInit {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    @Inject(CONFIG) private readonly settings: Settings,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    checks: ProductionChecks,
  ) {
    checks.add(() => (settings.alertWebhookUrl?.startsWith('http:') ? ['DRIMBOX_ALERT_WEBHOOK_URL is not https'] : []));
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.wake(), LOOK_MILLISECONDS).unref();
    this.lifecycle.onDrain('work', 'alerts on their way', async () => {
      this.stopped = true;
      clearInterval(this.timer);
      await this.running;
    });
    this.wake();
  }

  wake(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.again = false;
    this.running = this.sendAll()
      .catch((error: unknown) => this.logger.error('alert.not-sent', errorFields(error)))
      .finally(() => {
        this.running = undefined;
        if (this.again) this.wake();
      });
  }

  private async sendAll(): Promise<void> {
    await this.database.query(`delete from alert_notice where at < now() - interval '${KEEP}'`);
    const due = await this.database.query<{ id: string; channel: string; notice: Notice; attempts: number }>(
      'select id, channel, notice, attempts from alert_notice where sent_at is null and next_at <= now() order by id limit 50',
    );
    for (const { id, channel, notice, attempts } of due) {
      if (this.stopped) return;
      try {
        await (channel === 'mail' ? this.sendMail(notice) : this.sendWebhook(notice));
        await this.database.query('update alert_notice set sent_at = now() where id = $1', [id]);
      } catch (error) {
        this.logger.warn('alert.not-sent', { ...errorFields(error), channel, attempts: attempts + 1 });
        await this.database.query(
          `update alert_notice set attempts = attempts + 1,
             next_at = now() + least(interval '1 hour', interval '30 seconds' * power(2, least(attempts, 10))) where id = $1`,
          [id],
        );
      }
    }
  }

  private async sendMail(notice: Notice): Promise<void> {
    const { smtpUrl, alertMailFrom, alertMailTo, mode } = this.settings;
    const server = new URL(smtpUrl ?? '');
    server.searchParams.set('connectionTimeout', String(SEND_MILLISECONDS));
    // smtp:// turns to TLS after its greeting; in production it must.
    if (mode === 'production' && server.protocol === 'smtp:') server.searchParams.set('requireTLS', 'true');
    const transport = createTransport(server.href);
    try {
      await transport.sendMail({ from: alertMailFrom ?? alertMailTo?.[0], to: alertMailTo, ...mailOf(notice) });
    } finally {
      transport.close();
    }
  }

  private async sendWebhook(notice: Notice): Promise<void> {
    const { statusCode, body } = await request(this.settings.alertWebhookUrl ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'whitelist-sync', ...notice, text: mailOf(notice).subject }),
      signal: AbortSignal.timeout(SEND_MILLISECONDS),
    });
    await body.dump();
    if (statusCode >= 300) throw Object.assign(new Error('webhook refused'), { code: String(statusCode) });
  }
}
