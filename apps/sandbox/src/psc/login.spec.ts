import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createPscRelyingParty } from '@drimbox/identity';
import type {
  ClientTls,
  LoginTransaction,
  Professional,
  PscRelyingPartyOptions,
  RelyingParty,
} from '@drimbox/identity';
import { Browser } from '../oidc/browser.for-spec.js';
import { readText } from '../oidc/http-body.js';
import type { RunningTestProvider } from '../oidc/server.js';
import { CLIENT_ID, createOidcPki, desk, reach } from '../oidc/world.for-spec.js';
import type { OidcPki } from '../oidc/world.for-spec.js';
import { startPsc } from './start.js';

const CALLBACK = 'https://localhost/psc/callback';
const HOME = 'https://localhost/';
const OTHER = 'another-client';

describe('login by the sandbox Pro Santé Connect', () => {
  let pki: OidcPki;
  let psc: RunningTestProvider;
  let browser: Browser;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    pki = await createOidcPki();
    const client = { clientId: CLIENT_ID, redirectUris: [CALLBACK], postLogoutRedirectUris: [HOME] };
    psc = await startPsc({ pki: pki.provider, clients: [client, { ...client, clientId: OTHER }] });
  });
  beforeEach(() => {
    browser = new Browser(pki.provider.authorities);
    opened.push(browser);
  });
  afterEach(() => desk.heal(psc));
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await psc?.stop();
  });

  const party = (
    options: Partial<PscRelyingPartyOptions> = {},
    tls: ClientTls = pki.client,
    clientId = CLIENT_ID,
  ): RelyingParty<Professional> => {
    const { http, metadata } = reach(psc, tls);
    opened.push(http);
    const client = { clientId, authentication: { method: 'tls_client_auth' } as const };
    return createPscRelyingParty({ provider: metadata, client, fetch: http.fetch, redirectUri: CALLBACK, ...options });
  };
  const started = async (one: RelyingParty<Professional>): Promise<{ url: string; transaction: LoginTransaction }> => {
    const login = await one.startLogin();
    if (!login.ok) throw new Error(login.kind);
    return login;
  };
  const signIn = async (one: RelyingParty<Professional>, login = 'radiologue'): Promise<[string, LoginTransaction]> => {
    const { url, transaction } = await started(one);
    return [await browser.signIn(url, login, CALLBACK), transaction];
  };
  const arrived = async () => {
    const one = party();
    const [url, transaction] = await signIn(one);
    return { one, url, transaction };
  };
  const session = async (one: RelyingParty<Professional>) => {
    const finished = await one.finishLogin(...(await signIn(one)));
    if (!finished.ok) throw new Error(`${finished.kind} ${finished.cause}`);
    return finished;
  };
  const altered = (url: string, change: (parameters: URLSearchParams) => void): string => {
    const copy = new URL(url);
    change(copy.searchParams);
    return copy.href;
  };

  it('gives the professional and tokens that stay on the server', async () => {
    const finished = await session(party());
    expect(finished.identity).toMatchObject({ rpps: '99700100017', familyName: 'RAYON-TEST' });
    expect(finished.authentication.acr).toBe('eidas3');
    expect(finished.tokens.refreshToken).toEqual(expect.any(String));
    expect(finished.tokens.accessExpiresAt - Date.now()).toBeLessThanOrEqual(120_000);
  });

  it('asks on the wallet host for exactly what is required', async () => {
    const { url, transaction } = await started(party());
    const { origin, pathname, searchParams } = new URL(url);
    expect([origin, pathname]).toEqual([psc.loginUrl, '/auth']);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid scope_all',
      acr_values: 'eidas1',
      code_challenge_method: 'S256',
      state: transaction.state,
      nonce: transaction.nonce,
    });
    expect(url).not.toContain(transaction.codeVerifier);
  });

  it('tells a refusal of the user', async () => {
    const one = party();
    const { url, transaction } = await started(one);
    const callback = await browser.signIn(url, undefined, CALLBACK);
    expect(await one.finishLogin(callback, transaction)).toEqual({ ok: false, kind: 'denied', cause: 'access_denied' });
  });

  it.each<[string, (p: URLSearchParams) => void, string]>([
    ['another state (login CSRF)', (p) => p.set('state', 'x'.repeat(43)), 'state'],
    ['no state', (p) => p.delete('state'), 'state'],
    ['another issuer (mix-up)', (p) => p.set('iss', 'https://evil.test'), 'issuer'],
    ['no issuer', (p) => p.delete('iss'), 'issuer'],
    ['an invented code', (p) => p.set('code', 'x'.repeat(43)), 'code'],
    ['no code', (p) => p.delete('code'), 'callback'],
    ['a parameter twice', (p) => p.append('state', 'y'), 'callback'],
  ])('refuses a callback with %s', async (_what, change, kind) => {
    const { one, url, transaction } = await arrived();
    expect(await one.finishLogin(altered(url, change), transaction)).toMatchObject({ ok: false, kind });
  });

  it('refuses a callback at another address', async () => {
    const { one, url, transaction } = await arrived();
    const moved = url.replace('/psc/callback', '/psc/other');
    expect(await one.finishLogin(moved, transaction)).toMatchObject({ ok: false, kind: 'callback' });
  });

  it('refuses a callback that was used, here and by another replica', async () => {
    const { one, url, transaction } = await arrived();
    expect((await one.finishLogin(url, transaction)).ok).toBe(true);
    expect(await one.finishLogin(url, transaction)).toMatchObject({ ok: false, kind: 'replayed' });
    expect(await party().finishLogin(url, transaction)).toMatchObject({ ok: false, kind: 'code' });
  });

  it('refuses a code injected from another session: PKCE', async () => {
    const one = party();
    const [victim] = await signIn(one);
    const { transaction } = await started(one);
    const code = new URL(victim).searchParams.get('code') ?? '';
    const injected = altered(victim, (p) => {
      p.set('state', transaction.state);
      p.set('code', code);
    });
    expect(await one.finishLogin(injected, transaction)).toMatchObject({ ok: false, kind: 'code' });
  });

  it('refuses an ID token with the nonce of another login', async () => {
    const { one, url, transaction } = await arrived();
    expect(await one.finishLogin(url, { ...transaction, nonce: 'n'.repeat(43) })).toMatchObject({
      ok: false,
      kind: 'nonce',
    });
  });

  it('refuses a level it does not know, and an algorithm it did not choose', async () => {
    const strict = party({ acceptedAcr: ['eidas1'] });
    expect(await strict.finishLogin(...(await signIn(strict)))).toMatchObject({
      ok: false,
      kind: 'acr',
      cause: 'eidas3',
    });
    const other = party({ algorithms: ['ES256'] });
    expect(await other.finishLogin(...(await signIn(other)))).toMatchObject({ ok: false, kind: 'id-token' });
  });

  it('refuses a login that took too long', async () => {
    let now = Date.now();
    const one = party({ now: () => now });
    const [url, transaction] = await signIn(one);
    now += 601_000;
    expect(await one.finishLogin(url, transaction)).toMatchObject({ ok: false, kind: 'expired' });
  });

  it.each<[string, object, string]>([
    ['token endpoint down', { endpoint: 'token', kind: 'down' }, 'unreachable'],
    ['token endpoint 503', { endpoint: 'token', kind: 'status', status: 503 }, 'unreachable'],
    ['token garbage', { endpoint: 'token', kind: 'garbage' }, 'unreadable'],
    ['token answer without end', { endpoint: 'token', kind: 'huge' }, 'unreadable'],
    ['keys down', { endpoint: 'certs', kind: 'down' }, 'unreachable'],
    ['userinfo down', { endpoint: 'userinfo', kind: 'down' }, 'unreachable'],
    ['userinfo of somebody else', { endpoint: 'userinfo', kind: 'answer', set: { sub: 'f:x:1' } }, 'subject'],
    ['userinfo of nobody', { endpoint: 'userinfo', kind: 'answer', remove: ['SubjectNameID'] }, 'subject'],
  ])('%s: nobody comes in', async (_what, fault, kind) => {
    const { one, url, transaction } = await arrived();
    await desk.fault(psc, fault);
    expect(await one.finishLogin(url, transaction)).toMatchObject({ ok: false, kind });
  });

  it('tells our own certificate from the user’s fault', async () => {
    const one = party({}, pki.revoked);
    expect(await one.finishLogin(...(await signIn(one)))).toMatchObject({ ok: false, kind: 'client' });
  });

  it('refreshes once for all who ask, and serves those who come late', async () => {
    const one = party();
    const { tokens } = await session(one);
    const before = (await desk.calls(psc, 'token')).length;
    const all = await Promise.all([one.refresh(tokens), one.refresh(tokens), one.refresh(tokens)]);
    const late = await one.refresh(tokens);
    expect((await desk.calls(psc, 'token')).length).toBe(before + 1);
    expect(new Set([...all, late].map((answer) => answer.ok && answer.tokens.accessToken)).size).toBe(1);
    expect(all[0]).toMatchObject({ ok: true, tokens: { subject: tokens.subject } });
    expect(all[0]?.ok && all[0].tokens.accessToken).not.toBe(tokens.accessToken);
  });

  it('says when the session is over, and keeps no outage', async () => {
    const one = party();
    const { tokens } = await session(one);
    await desk.fault(psc, { endpoint: 'token', kind: 'down', times: 1 });
    expect(await one.refresh(tokens)).toMatchObject({ ok: false, kind: 'unreachable' });
    await desk.revoke(psc, { login: 'radiologue' });
    expect(await one.refresh(tokens)).toMatchObject({ ok: false, kind: 'ended' });
  });

  it('logs out of both: the next login asks who you are', async () => {
    const one = party();
    const { tokens } = await session(one);
    const { url: again } = await started(one);
    expect((await browser.follow(again, CALLBACK)).url).toContain(CALLBACK); // the session is there

    const logout = await one.logoutUrl(tokens, { redirectUri: HOME, state: 'bye' });
    expect((await browser.follow(logout ?? '', HOME)).url).toBe(`${HOME}?state=bye`);
    const { url } = await started(one);
    expect((await browser.follow(url, CALLBACK)).page).toContain('Médecin radiologue');
    expect(await one.refresh(tokens)).toMatchObject({ ok: false, kind: 'ended' });
  });

  it('ends the provider’s session without the browser', async () => {
    const one = party();
    const { tokens } = await session(one);
    expect(await one.endSession(tokens)).toEqual({ ok: true });
    const { url } = await started(one);
    expect((await browser.follow(url, CALLBACK)).page).toContain('Médecin radiologue');
    expect(await one.endSession({ ...tokens, idToken: `${tokens.idToken}x` })).toMatchObject({
      ok: false,
      kind: 'refused',
    });
  });

  it('is told when another client logs the user out', async () => {
    const received: string[] = [];
    const { chain, key } = pki.server;
    const listener = createServer({ cert: chain, key }, (request, response) => {
      void readText(request).then((text) => {
        received.push(new URLSearchParams(text).get('logout_token') ?? '');
        response.writeHead(200).end();
      });
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const backchannelLogoutUri = `https://localhost:${(listener.address() as AddressInfo).port}/logout`;
    await desk.register(psc, {
      clientId: CLIENT_ID,
      redirectUris: [CALLBACK],
      postLogoutRedirectUris: [HOME],
      backchannelLogoutUri,
    });

    const one = party();
    const mine = await session(one);
    const theirs = await session(party({}, pki.otherClient, OTHER));
    expect(await party({}, pki.otherClient, OTHER).endSession(theirs.tokens)).toEqual({ ok: true });
    listener.close();
    listener.closeAllConnections();

    const [token = ''] = received;
    expect(await one.verifyLogoutToken(token)).toEqual({
      ok: true,
      subject: mine.tokens.subject,
      sid: mine.tokens.sid,
    });
    expect(await one.verifyLogoutToken(token)).toMatchObject({ ok: false, kind: 'replayed' });
    expect(await party({}, pki.otherClient, OTHER).verifyLogoutToken(token)).toMatchObject({
      ok: false,
      kind: 'token',
      cause: 'aud',
    });
    expect(await one.verifyLogoutToken(mine.tokens.idToken)).toMatchObject({ ok: false, kind: 'token' });
  });
});
