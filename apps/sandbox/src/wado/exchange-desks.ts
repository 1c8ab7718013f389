import { z } from 'zod';
import { pscClientIdOf } from '../stack/certificates.js';
import type { Exchange } from '../stack/nation.js';
import type { SandboxDrimbox } from '../stack/sites.js';
import type { PublishedEntry } from '../white-list/list-form.js';

const Issued = z.object({ access_token: z.string() });
const Listed = z.object({ entries: z.number().or(z.array(z.unknown())) });

/** What a test orders of Pro Santé Connect and of the publisher of the white list. */
export class ExchangeDesks {
  constructor(private readonly exchange: Exchange) {}

  /** An access token of a test professional, as the proxy of that DRIMbox would have got it. */
  async token(
    login: string,
    drimbox: SandboxDrimbox,
    more: { seconds?: number; scope?: string } = {},
  ): Promise<string> {
    const order = { login, clientId: pscClientIdOf(drimbox), ...more };
    return Issued.parse(await this.order(this.exchange.psc.deskUrl, 'POST', '/tokens', order)).access_token;
  }

  async revokeToken(token: string): Promise<void> {
    await this.order(this.exchange.psc.deskUrl, 'POST', '/revocations', { token });
  }

  async pscFault(fault: object): Promise<void> {
    await this.order(this.exchange.psc.deskUrl, 'POST', '/faults', fault);
  }

  async pscWell(): Promise<void> {
    await this.order(this.exchange.psc.deskUrl, 'DELETE', '/faults');
  }

  /** A new list of the ANS; the DRIMboxes learn of it when they next ask. */
  async publish(entries: readonly PublishedEntry[]): Promise<void> {
    Listed.parse(await this.order(this.exchange.whiteList.deskUrl, 'POST', '/list', { entries }));
  }

  async revokeCertificate(serialNumber: string): Promise<void> {
    await this.order(this.exchange.whiteList.deskUrl, 'POST', '/revoke', { serialNumber });
  }

  private async order(desk: string, method: string, path: string, order?: object): Promise<unknown> {
    const answer = await fetch(`${desk}${path}`, {
      method,
      ...(order && { body: JSON.stringify(order), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${desk}${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
}
