import { inspect } from 'node:util';
import { IdentityHttp, isAllowed, ProviderMetadata, TokenChecker } from '@drimbox/identity';
import type { ClientTls, TokenCheckerOptions } from '@drimbox/identity';
import { CLIENT_ID, desk } from '../oidc/world.for-spec.js';
import { IntrospectionWorld, kindOf } from './introspection-world.for-spec.js';

describe('introspection at the sandbox Pro Santé Connect', () => {
  const world = new IntrospectionWorld();

  it('says whose a token is', async () => {
    const checked = await world.checker().check(await desk.token(world.psc, 'radiologue'));
    expect(checked).toMatchObject({
      ok: true,
      professional: {
        nationalId: '899700100017',
        rpps: '99700100017',
        familyName: 'RAYON-TEST',
        structure: { name: 'CABINET SANDBOX UN' },
      },
      token: { clientId: CLIENT_ID, acr: 'eidas3', nationalId: '899700100017' },
    });
  });

  it.each([
    ['radiologue', { ok: true, profession: { code: '10' } }],
    ['sage-femme', { ok: true, profession: { code: '50' } }],
    ['multi-situations', { ok: true }],
    ['dieteticien', { ok: false, reason: 'not-allowed' }],
    ['etudiant', { ok: false, reason: 'excluded-category' }],
    ['champs-vides', { ok: false, reason: 'no-profession' }],
  ])('%s: may they see images?', async (login, expected) => {
    const checked = await world.checker().check(await desk.token(world.psc, login));
    if (!checked.ok) throw new Error(checked.kind);
    expect(isAllowed(checked.professional)).toMatchObject(expected);
  });

  it('leaves the choice of the situation when there are several', async () => {
    const checked = await world.checker().check(await desk.token(world.psc, 'multi-situations'));
    if (!checked.ok) throw new Error(checked.kind);
    expect(checked.professional.situations.map(({ structure }) => structure.id)).toEqual([
      'R10000000000017',
      'F010000017',
    ]);
    expect(checked.professional.structure).toBeUndefined();
  });

  describe('no introspection, no image', () => {
    it.each<[string, () => Promise<string | undefined>, string]>([
      ['no token', async () => undefined, 'missing'],
      ['an invented token', async () => 'x'.repeat(43), 'inactive'],
      ['a token that is no token', async () => 'a b\r\nHost: x', 'malformed'],
      ['a token over 8 KiB', async () => 'x'.repeat(9000), 'malformed'],
      ['an expired token', () => desk.token(world.psc, 'radiologue', { seconds: -1 }), 'inactive'],
      ['a token without openid', () => desk.token(world.psc, 'radiologue', { scope: 'scope_all' }), 'scope'],
      ['an unknown level', () => desk.token(world.psc, 'radiologue', { acr: 'eidas0' }), 'acr'],
      [
        'a token of a client that is not ours',
        () => desk.token(world.psc, 'radiologue', { clientId: 'another-client' }),
        'wrong-client',
      ],
    ])('%s', async (_what, token, kind) => {
      expect(kindOf(await world.checker({ allowedClients: [CLIENT_ID] }).check(await token()))).toBe(kind);
    });

    it.each<[string, object, string]>([
      ['down', { endpoint: 'introspection', kind: 'down' }, 'unreachable'],
      ['HTTP 503', { endpoint: 'introspection', kind: 'status', status: 503 }, 'unreachable'],
      ['HTTP 500', { endpoint: 'introspection', kind: 'status', status: 500 }, 'unreachable'],
      ['a redirect', { endpoint: 'introspection', kind: 'status', status: 302 }, 'unreachable'],
      ['garbage', { endpoint: 'introspection', kind: 'garbage' }, 'unreadable'],
      ['a huge answer', { endpoint: 'introspection', kind: 'huge' }, 'unreadable'],
      [
        'another issuer',
        { endpoint: 'introspection', kind: 'answer', set: { iss: 'https://evil.test' } },
        'wrong-issuer',
      ],
      ['no issuer', { endpoint: 'introspection', kind: 'answer', remove: ['iss'] }, 'wrong-issuer'],
      ['active as a text', { endpoint: 'introspection', kind: 'answer', set: { active: 'true' } }, 'unreadable'],
      ['no active', { endpoint: 'introspection', kind: 'answer', remove: ['active'] }, 'unreadable'],
      [
        'over for a minute',
        { endpoint: 'introspection', kind: 'answer', set: { exp: Math.floor(Date.now() / 1000) - 60 } },
        'expired',
      ],
      ['no end', { endpoint: 'introspection', kind: 'answer', remove: ['exp'] }, 'unreadable'],
      ['a refresh token', { endpoint: 'introspection', kind: 'answer', set: { typ: 'Refresh' } }, 'wrong-type'],
      ['no level', { endpoint: 'introspection', kind: 'answer', remove: ['acr'] }, 'acr'],
      ['no client', { endpoint: 'introspection', kind: 'answer', remove: ['client_id', 'azp'] }, 'unreadable'],
      [
        'somebody else',
        { endpoint: 'introspection', kind: 'answer', set: { SubjectNameID: '899700199999' } },
        'unreadable',
      ],
      ['another subject', { endpoint: 'introspection', kind: 'answer', set: { sub: 'f:x:1' } }, 'unreadable'],
      ['discovery down', { endpoint: 'discovery', kind: 'down' }, 'unreachable'],
      [
        'discovery of another issuer',
        { endpoint: 'discovery', kind: 'answer', set: { issuer: 'https://evil.test' } },
        'unreachable',
      ],
      [
        'discovery that leaves https',
        { endpoint: 'discovery', kind: 'answer', set: { introspection_endpoint: 'http://localhost/' } },
        'unreadable',
      ],
      ['userinfo down', { endpoint: 'userinfo', kind: 'down' }, 'unreachable'],
      ['userinfo of nobody', { endpoint: 'userinfo', kind: 'answer', remove: ['SubjectNameID'] }, 'unreadable'],
      ['userinfo that is garbage', { endpoint: 'userinfo', kind: 'garbage' }, 'unreadable'],
      ['userinfo HTTP 401', { endpoint: 'userinfo', kind: 'status', status: 401 }, 'inactive'],
    ])('%s', async (_what, fault, kind) => {
      await desk.fault(world.psc, fault);
      const token = await desk.token(world.psc, 'radiologue');
      expect(kindOf(await world.checker().check(token))).toBe(kind);
    });

    it('does not wait for ever', async () => {
      await desk.fault(world.psc, { endpoint: 'introspection', kind: 'slow', ms: 60_000 });
      const token = await desk.token(world.psc, 'radiologue');
      expect(await world.checker({}, world.pki.client, 300).check(token)).toEqual({
        ok: false,
        kind: 'unreachable',
        cause: 'no answer in time',
      });
    });

    it.each<[string, () => ClientTls, RegExp]>([
      ['without a certificate', () => world.pki.none, /not provided/],
      ['with another client’s certificate', () => world.pki.otherClient, /does not match/],
      ['with a revoked certificate', () => world.pki.revoked, /not verified/],
      ['with a certificate of another IGC', () => world.pki.stranger, /not verified/],
      ['with a server certificate', () => world.pki.serverAsClient, /not verified/],
    ])('a client %s is refused and told why', async (_what, tls, why) => {
      const token = await desk.token(world.psc, 'radiologue');
      expect(kindOf(await world.checker({}, tls()).check(token))).toBe('unreachable');
      const [last] = (await desk.calls(world.psc, 'introspection')).slice(-1);
      expect(last).toMatchObject({ status: 401, why: expect.stringMatching(why) as string });
    });

    it('asks nobody who is not the provider: its certificate must chain to the authorities', async () => {
      const token = await desk.token(world.psc, 'radiologue');
      expect(
        kindOf(await world.checker({}, { ...world.pki.client, ca: world.pki.stranger.cert ?? '' }).check(token)),
      ).toBe('unreachable');
    });
  });

  it('proves who it is with a secret instead, where the provider is so set', async () => {
    const secret = 'sandbox-secret-of-a-test-client';
    await desk.register(world.psc, { clientId: 'with-secret', redirectUris: ['https://localhost/callback'], secret });
    const token = await desk.token(world.psc, 'radiologue');
    const client = (value: string): TokenCheckerOptions['client'] => ({
      clientId: 'with-secret',
      authentication: { method: 'client_secret_basic', secret: value },
    });
    expect(kindOf(await world.checker({ client: client(secret) }, world.pki.none).check(token))).toBe('ok');
    expect(kindOf(await world.checker({ client: client('wrong') }, world.pki.none).check(token))).toBe('unreachable');
  });

  it('uses a renewed certificate without a restart', async () => {
    let tls = world.pki.revoked;
    const http = new IdentityHttp({ tls: () => tls });
    world.opened.push(http);
    const provider = new ProviderMetadata({
      issuer: world.psc.issuer,
      discoveryUrl: world.psc.discoveryUrl,
      fetch: http.fetch,
    });
    const client = { clientId: CLIENT_ID, authentication: { method: 'tls_client_auth' } as const };
    const one = new TokenChecker({ provider, client, fetch: http.fetch });
    const token = await desk.token(world.psc, 'radiologue');
    expect(kindOf(await one.check(token))).toBe('unreachable');
    tls = world.pki.client;
    expect(kindOf(await one.check(token))).toBe('ok');
  });

  it('keeps no token, only its digest', async () => {
    const one = world.checker();
    const token = await desk.token(world.psc, 'radiologue');
    expect((await one.check(token)).ok).toBe(true);
    const held = inspect(one, { depth: 8, showHidden: true, maxArrayLength: null, maxStringLength: null });
    expect(held).toContain('RAYON-TEST');
    expect(held).not.toContain(token);
  });
});
