import { desk } from '../oidc/world.for-spec.js';
import { CALLBACK, LoginWorld } from './login-world.for-spec.js';

describe('login by the sandbox Pro Santé Connect', () => {
  const world = new LoginWorld();
  const altered = (url: string, change: (parameters: URLSearchParams) => void): string => {
    const copy = new URL(url);
    change(copy.searchParams);
    return copy.href;
  };

  it('gives the professional and tokens that stay on the server', async () => {
    const finished = await world.session(world.party());
    expect(finished.identity).toMatchObject({ rpps: '99700100017', familyName: 'RAYON-TEST' });
    expect(finished.authentication.acr).toBe('eidas3');
    expect(finished.tokens.refreshToken).toEqual(expect.any(String));
    expect(finished.tokens.accessExpiresAt - Date.now()).toBeLessThanOrEqual(120_000);
  });

  it('asks on the wallet host for exactly what is required', async () => {
    const { url, transaction } = await world.started(world.party());
    const { origin, pathname, searchParams } = new URL(url);
    expect([origin, pathname]).toEqual([world.psc.loginUrl, '/auth']);
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
    const one = world.party();
    const { url, transaction } = await world.started(one);
    const callback = await world.browser.signIn(url, undefined, CALLBACK);
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
    const { one, url, transaction } = await world.arrived();
    expect(await one.finishLogin(altered(url, change), transaction)).toMatchObject({ ok: false, kind });
  });

  it('refuses a callback at another address', async () => {
    const { one, url, transaction } = await world.arrived();
    const moved = url.replace('/psc/callback', '/psc/other');
    expect(await one.finishLogin(moved, transaction)).toMatchObject({ ok: false, kind: 'callback' });
  });

  it('refuses a callback that was used, here and by another replica', async () => {
    const { one, url, transaction } = await world.arrived();
    expect((await one.finishLogin(url, transaction)).ok).toBe(true);
    expect(await one.finishLogin(url, transaction)).toMatchObject({ ok: false, kind: 'replayed' });
    expect(await world.party().finishLogin(url, transaction)).toMatchObject({ ok: false, kind: 'code' });
  });

  it('refuses a code injected from another session: PKCE', async () => {
    const one = world.party();
    const [victim] = await world.signIn(one);
    const { transaction } = await world.started(one);
    const code = new URL(victim).searchParams.get('code') ?? '';
    const injected = altered(victim, (p) => {
      p.set('state', transaction.state);
      p.set('code', code);
    });
    expect(await one.finishLogin(injected, transaction)).toMatchObject({ ok: false, kind: 'code' });
  });

  it('refuses an ID token with the nonce of another login', async () => {
    const { one, url, transaction } = await world.arrived();
    expect(await one.finishLogin(url, { ...transaction, nonce: 'n'.repeat(43) })).toMatchObject({
      ok: false,
      kind: 'nonce',
    });
  });

  it('refuses a level it does not know, and an algorithm it did not choose', async () => {
    const strict = world.party({ acceptedAcr: ['eidas1'] });
    expect(await strict.finishLogin(...(await world.signIn(strict)))).toMatchObject({
      ok: false,
      kind: 'acr',
      cause: 'eidas3',
    });
    const other = world.party({ algorithms: ['ES256'] });
    expect(await other.finishLogin(...(await world.signIn(other)))).toMatchObject({ ok: false, kind: 'id-token' });
  });

  it('refuses a login that took too long', async () => {
    let now = Date.now();
    const one = world.party({ now: () => now });
    const [url, transaction] = await world.signIn(one);
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
    const { one, url, transaction } = await world.arrived();
    await desk.fault(world.psc, fault);
    expect(await one.finishLogin(url, transaction)).toMatchObject({ ok: false, kind });
  });

  it('tells our own certificate from the user’s fault', async () => {
    const one = world.party({}, world.pki.revoked);
    expect(await one.finishLogin(...(await world.signIn(one)))).toMatchObject({ ok: false, kind: 'client' });
  });
});
