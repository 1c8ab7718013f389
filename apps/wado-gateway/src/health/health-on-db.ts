import { type PacsLink, ProbeAnswer, type ProbeBody } from '@drimbox/contracts';
import { CONFIG, InternalClient } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../config/settings.js';

const TIMEOUT_MILLISECONDS = 800;
/** Answers shown again for so long: whoever probes faster learns nothing more, and asks nobody. */
const KEPT_MILLISECONDS = 2_000;
const UNKNOWN: ProbeAnswer = {
  http: 503,
  body: {
    status: 'DOWN',
    checks: [
      { name: 'DRIMbox', status: 'DOWN' },
      { name: 'PACS', status: 'DOWN' },
    ],
  } satisfies ProbeBody,
};

/** The health probe on the `db` FQDN, where a setting wants it: source-viewer says what there is to say, here as on `vi`. */
@Injectable()
export class HealthOnDb {
  private readonly kept = new Map<string, { readonly answer: Promise<ProbeAnswer>; readonly until: number }>();

  constructor(
    private readonly client: InternalClient,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** @returns true when it was a probe, and was answered. No certificate is asked for. */
  async answers(
    request: IncomingMessage,
    response: ServerResponse,
    link: PacsLink,
    host: string | undefined,
  ): Promise<boolean> {
    const { wadoHealthPath } = this.settings;
    if (wadoHealthPath === undefined || request.method !== 'GET' || host !== link.db) return false;
    if (request.url?.split('?', 1)[0] !== wadoHealthPath) return false;
    const { http, body } = await this.of(link.id);
    const bytes = Buffer.from(JSON.stringify(body));
    response.writeHead(http, {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'cache-control': 'no-store',
    });
    response.end(bytes);
    return true;
  }

  private of(link: string): Promise<ProbeAnswer> {
    const known = this.kept.get(link);
    if (known && known.until > Date.now()) return known.answer;
    const answer = this.ask(link);
    this.kept.set(link, { answer, until: Date.now() + KEPT_MILLISECONDS });
    return answer;
  }

  private async ask(link: string): Promise<ProbeAnswer> {
    const asked = await this.client.call({
      to: 'source-viewer',
      path: `/probes/${encodeURIComponent(link)}`,
      answer: ProbeAnswer,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    });
    return asked.ok ? asked.value : UNKNOWN;
  }
}
