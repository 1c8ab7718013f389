import { IdentityHttp } from '../http/identity-http.js';
import { fakeFetch } from '../testing/fake-fetch.js';
import { ProviderMetadata } from './provider-metadata.js';

const issuer = 'https://auth.test/auth/realms/esante-wallet';
const discoveryUrl = `${issuer}/.well-known/wallet-openid-configuration`;
const document = { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/certs` };

describe('metadata of a provider', () => {
  let now = 1_000_000;
  let served: object | undefined = document;
  const open = (): { provider: ProviderMetadata; asked: string[] } => {
    const { fetch, asked } = fakeFetch(() => served);
    return { provider: new ProviderMetadata({ issuer, discoveryUrl, fetch, now: () => now }), asked };
  };
  beforeEach(() => {
    served = document;
  });

  it('is read at the whole address, and kept', async () => {
    const { provider, asked } = open();
    expect(await provider.get()).toMatchObject({ ok: true, metadata: { issuer, token_endpoint: `${issuer}/token` } });
    await provider.get();
    expect(asked).toEqual([discoveryUrl]);
  });

  it('is refreshed, and the former serves for a day while the provider is away', async () => {
    const { provider, asked } = open();
    await provider.get();
    served = undefined;
    now += 3_600_000;
    expect((await provider.get()).ok).toBe(true);
    expect(asked).toHaveLength(2);
    now += 86_400_000;
    expect(await provider.get()).toMatchObject({ ok: false, kind: 'unreachable' });
  });

  it.each([
    ['another issuer', { ...document, issuer: `${issuer}/` }, 'wrong-issuer'],
    ['an endpoint in clear', { ...document, token_endpoint: 'http://auth.test/token' }, 'unreadable'],
    ['an endpoint with a password', { ...document, jwks_uri: 'https://a:b@auth.test/' }, 'unreadable'],
    ['an endpoint that is no text', { ...document, userinfo_endpoint: 3 }, 'unreadable'],
  ])('refuses %s', async (_what, wrong, kind) => {
    served = wrong;
    expect(await open().provider.get()).toMatchObject({ ok: false, kind });
  });

  it('does not serve a former document when the new one is another’s', async () => {
    const { provider } = open();
    await provider.get();
    served = { ...document, issuer: 'https://evil.test' };
    now += 3_600_000;
    expect(await provider.get()).toMatchObject({ ok: false, kind: 'wrong-issuer' });
  });

  it('can be given, and is judged the same', async () => {
    const { fetch, asked } = fakeFetch(() => served);
    const provider = new ProviderMetadata({ issuer, metadata: { token_endpoint: `${issuer}/token` }, fetch });
    expect(await provider.get()).toMatchObject({ ok: true });
    expect(asked).toEqual([]);
    expect(() => new ProviderMetadata({ issuer, metadata: { token_endpoint: 'http://x/' }, fetch })).toThrow(
      'token_endpoint',
    );
    expect(() => new ProviderMetadata({ issuer, fetch })).toThrow('neither');
    expect(() => new ProviderMetadata({ issuer, discoveryUrl: 'http://x/', fetch })).toThrow('https');
  });

  it('nothing leaves in clear', async () => {
    const http = new IdentityHttp();
    await expect(http.fetch('http://localhost:1/')).rejects.toMatchObject({ name: 'HttpFault', kind: 'forbidden' });
    await http.close();
  });
});
