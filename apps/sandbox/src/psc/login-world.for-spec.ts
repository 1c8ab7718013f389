import { createPscRelyingParty } from '@drimbox/identity';
import type {
  ClientTls,
  FinishedLogin,
  LoginTransaction,
  Professional,
  PscRelyingPartyOptions,
  RelyingParty,
} from '@drimbox/identity';
import { Browser } from '../oidc/browser.for-spec.js';
import type { RunningTestProvider } from '../oidc/server.js';
import { CLIENT_ID, createOidcPki, desk, reach } from '../oidc/world.for-spec.js';
import type { OidcPki } from '../oidc/world.for-spec.js';
import { startPsc } from './start.js';

export const CALLBACK = 'https://localhost/psc/callback';
export const HOME = 'https://localhost/';
export const OTHER = 'another-client';

type Session = Extract<FinishedLogin<Professional>, { ok: true }>;

/** The sandbox's Pro Santé Connect, our relying party and a browser, for the tests of one file. */
export class LoginWorld {
  pki!: OidcPki;
  psc!: RunningTestProvider;
  /** Another one for each test. */
  browser!: Browser;
  private readonly opened: { close(): Promise<void> }[] = [];

  constructor() {
    beforeAll(async () => {
      this.pki = await createOidcPki();
      const client = { clientId: CLIENT_ID, redirectUris: [CALLBACK], postLogoutRedirectUris: [HOME] };
      this.psc = await startPsc({ pki: this.pki.provider, clients: [client, { ...client, clientId: OTHER }] });
    });
    beforeEach(() => {
      this.browser = new Browser(this.pki.provider.authorities);
      this.opened.push(this.browser);
    });
    afterEach(() => desk.heal(this.psc));
    afterAll(async () => {
      await Promise.all(this.opened.map((one) => one.close()));
      await this.psc?.stop();
    });
  }

  party(
    options: Partial<PscRelyingPartyOptions> = {},
    tls: ClientTls = this.pki.client,
    clientId = CLIENT_ID,
  ): RelyingParty<Professional> {
    const { http, metadata } = reach(this.psc, tls);
    this.opened.push(http);
    const client = { clientId, authentication: { method: 'tls_client_auth' } as const };
    return createPscRelyingParty({ provider: metadata, client, fetch: http.fetch, redirectUri: CALLBACK, ...options });
  }

  async started(one: RelyingParty<Professional>): Promise<{ url: string; transaction: LoginTransaction }> {
    const login = await one.startLogin();
    if (!login.ok) throw new Error(login.kind);
    return login;
  }

  async signIn(one: RelyingParty<Professional>, login = 'radiologue'): Promise<[string, LoginTransaction]> {
    const { url, transaction } = await this.started(one);
    return [await this.browser.signIn(url, login, CALLBACK), transaction];
  }

  /** Back at the callback, which nobody has judged yet. */
  async arrived(): Promise<{ one: RelyingParty<Professional>; url: string; transaction: LoginTransaction }> {
    const one = this.party();
    const [url, transaction] = await this.signIn(one);
    return { one, url, transaction };
  }

  async session(one: RelyingParty<Professional>): Promise<Session> {
    const finished = await one.finishLogin(...(await this.signIn(one)));
    if (!finished.ok) throw new Error(`${finished.kind} ${finished.cause}`);
    return finished;
  }
}
