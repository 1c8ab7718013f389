import { CertificateStore, CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Settings } from '../config/settings.js';
import { LoginService } from '../login/login.service.js';
import { CALLBACK_PATH, Providers } from '../login/providers.js';
import { redirect } from '../portal/exchange.js';
import { PageAnswers } from '../portal/page-answers.js';
import { JWKS_PATH } from '../portal/portal.service.js';

/**
 * A callback host that is no vi FQDN: a provider that takes one domain for a client (identity-security §3) sends every browser back here,
 * and each goes on to the name that it left from. Nothing else is answered: no session, no page, no image.
 */
@Injectable()
export class CallbackDoor {
  private readonly hosts: ReadonlySet<string>;
  private readonly certificate: string | undefined;
  private made: { readonly cert: string | Buffer; readonly context: SecureContext } | undefined;

  constructor(
    private readonly certificates: CertificateStore,
    private readonly login: LoginService,
    private readonly providers: Providers,
    private readonly answers: PageAnswers,
    @Inject(CONFIG) { fcCallbackHost, pscCallbackHost, callbackCertificate }: Settings,
  ) {
    this.hosts = new Set([fcCallbackHost, pscCallbackHost].filter((host) => host !== undefined));
    this.certificate = callbackCertificate;
  }

  /** Undefined: no name of this door, or its couple is not in the store. */
  context(name: string): SecureContext | undefined {
    if (!this.isMine(name) || this.certificate === undefined) return undefined;
    const pair = this.certificates.get(this.certificate);
    if (!pair) return undefined;
    const { cert, key } = pair;
    if (this.made?.cert !== cert)
      this.made = { cert, context: createSecureContext({ cert, key, minVersion: 'TLSv1.2' }) };
    return this.made?.context;
  }

  isMine(host: string | undefined): boolean {
    return host !== undefined && this.hosts.has(host.toLowerCase());
  }

  /** @returns false when nothing here has this address. */
  async answer(request: IncomingMessage, response: ServerResponse, host: string): Promise<boolean> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    if (request.method !== 'GET') return false;
    if (path === JWKS_PATH && this.providers.jwks)
      return this.answers.plain({ response }, 'application/json', JSON.stringify(this.providers.jwks));
    if (path !== CALLBACK_PATH) return false;
    const fqdn = await this.login.handOver(query, host);
    if (fqdn === undefined) return false;
    redirect({ response }, `${this.providers.origin(fqdn)}${CALLBACK_PATH}?${query}`);
    return true;
  }
}
