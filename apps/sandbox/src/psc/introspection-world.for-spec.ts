import { TokenChecker } from '@drimbox/identity';
import type { CheckedToken, ClientTls, TokenCheckerOptions } from '@drimbox/identity';
import type { RunningTestProvider } from '../oidc/server.js';
import { CLIENT_ID, createOidcPki, desk, reach } from '../oidc/world.for-spec.js';
import type { OidcPki } from '../oidc/world.for-spec.js';
import { startPsc } from './start.js';

export const kindOf = (checked: CheckedToken): string => (checked.ok ? 'ok' : checked.kind);

/** The sandbox's Pro Santé Connect and whoever asks it about tokens, for the tests of one file. */
export class IntrospectionWorld {
  pki!: OidcPki;
  psc!: RunningTestProvider;
  /** Closed after the last test. */
  readonly opened: { close(): Promise<void> }[] = [];

  constructor() {
    beforeAll(async () => {
      this.pki = await createOidcPki();
      const client = { clientId: CLIENT_ID, redirectUris: ['https://localhost/callback'] };
      const clients = [client, { ...client, clientId: 'another-client' }];
      this.psc = await startPsc({ pki: this.pki.provider, clients });
    });
    afterEach(() => desk.heal(this.psc));
    afterAll(async () => {
      await Promise.all(this.opened.map((http) => http.close()));
      await this.psc?.stop();
    });
  }

  checker(
    options: Partial<TokenCheckerOptions> = {},
    tls: ClientTls = this.pki.client,
    timeoutMs?: number,
  ): TokenChecker {
    const { http, metadata } = reach(this.psc, tls, timeoutMs);
    this.opened.push(http);
    const client = { clientId: CLIENT_ID, authentication: { method: 'tls_client_auth' } as const };
    return new TokenChecker({ provider: metadata, client, fetch: http.fetch, ...options });
  }

  /** How often it was asked about a token. */
  async asked(): Promise<number> {
    return (await desk.calls(this.psc, 'introspection')).length;
  }
}
