import { Browser } from '../oidc/browser.for-spec.js';
import type { RunningTestProvider } from '../oidc/server.js';
import { CLIENT_ID, createOidcPki } from '../oidc/world.for-spec.js';
import { startPsc } from './start.js';

const CALLBACK = 'https://localhost/callback';

describe('authorization requests at the sandbox Pro Santé Connect', () => {
  let psc: RunningTestProvider;
  let browser: Browser;

  beforeAll(async () => {
    const pki = await createOidcPki();
    psc = await startPsc({ pki: pki.provider, clients: [{ clientId: CLIENT_ID, redirectUris: [CALLBACK] }] });
    browser = new Browser(pki.provider.authorities);
  });
  afterAll(async () => {
    await browser?.close();
    await psc?.stop();
  });

  const ask = async (change: Readonly<Record<string, string>> = {}, origin = psc.loginUrl): Promise<string> => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: CALLBACK,
      scope: 'openid scope_all',
      acr_values: 'eidas1',
      state: 'state-of-a-test',
      nonce: 'nonce-of-a-test',
      ...change,
    });
    const { page, url } = await browser.follow(`${origin}/auth?${query.toString()}`, CALLBACK);
    return page ?? url;
  };

  it('lists the test identities', async () => {
    expect(await ask()).toMatch(/Médecin radiologue[\s\S]*Diététicien/);
  });

  it.each([
    ['acr_values', 'eidas2', 'acr_values doit être eidas1'],
    ['scope', 'openid', 'scope doit contenir openid et scope_all'],
    ['state', 'x', 'state manque'],
    ['nonce', '', 'nonce manque'],
    ['response_type', 'code id_token', 'response_type doit être code'],
    ['redirect_uri', 'https://evil.test/', 'redirect_uri'],
    ['client_id', 'nobody', 'client is invalid'],
  ])('refuses %s %j and says why', async (name, value, why) => {
    expect(await ask({ [name]: value })).toContain(why);
  });

  it('has its own host: the other one knows no login', async () => {
    expect(await ask({}, new URL(psc.issuer).origin)).toContain('nothing here');
  });
});
