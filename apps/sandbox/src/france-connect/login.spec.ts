import { generateKeyPairSync } from 'node:crypto';
import { createFranceConnectRelyingParty, loadEncryptionKeys, matchPivot, ProviderMetadata } from '@drimbox/identity';
import type {
  EncryptionKeys,
  FinishedLogin,
  FranceConnectOptions,
  InsTraits,
  Pivot,
  RelyingParty,
} from '@drimbox/identity';
import { Browser } from '../oidc/browser.for-spec.js';
import type { RunningTestProvider } from '../oidc/server.js';
import { createOidcPki, desk, reach } from '../oidc/world.for-spec.js';
import type { OidcPki } from '../oidc/world.for-spec.js';
import { startFranceConnect } from './start.js';

const CALLBACK = 'https://localhost/fc/callback';
const SECRET = 'sandbox-secret-of-a-test-client';
const pem = (type: 'rsa' | 'ec'): string => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

describe.each([
  ['RSA-OAEP-256', 'rsa'],
  ['ECDH-ES', 'ec'],
] as const)('login by the sandbox FranceConnect+ (%s)', (keyManagement, keyType) => {
  let pki: OidcPki;
  let fc: RunningTestProvider;
  let keys: EncryptionKeys;
  let browser: Browser;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    [pki, keys] = await Promise.all([createOidcPki(), loadEncryptionKeys([pem(keyType)])]);
    const client = { clientId: 'drimbox-fc', redirectUris: [CALLBACK], secret: SECRET, jwks: keys.jwks };
    fc = await startFranceConnect({ pki: pki.provider, keyManagement, clients: [client] });
  });
  beforeEach(() => {
    browser = new Browser(pki.provider.authorities);
    opened.push(browser);
  });
  afterEach(() => desk.heal(fc));
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await fc?.stop();
  });

  const party = (options: Partial<FranceConnectOptions> = {}): RelyingParty<Pivot> => {
    const { http, metadata } = reach(fc, pki.none);
    opened.push(http);
    return createFranceConnectRelyingParty({
      provider: metadata,
      client: { clientId: 'drimbox-fc', authentication: { method: 'client_secret_post', secret: SECRET } },
      fetch: http.fetch,
      redirectUri: CALLBACK,
      decryptionKeys: keys.decryptionKeys,
      ...options,
    });
  };
  const signIn = async (login: string, one = party()): Promise<FinishedLogin<Pivot>> => {
    const started = await one.startLogin();
    if (!started.ok) throw new Error(started.kind);
    return one.finishLogin(await browser.signIn(started.url, login, CALLBACK), started.transaction);
  };
  const pivotOf = async (login: string): Promise<Pivot> => {
    const finished = await signIn(login);
    if (!finished.ok) throw new Error(`${finished.kind} ${finished.cause}`);
    return finished.identity;
  };

  it('decrypts and verifies ID token and userinfo', async () => {
    const finished = await signIn('simple');
    expect(finished).toMatchObject({
      ok: true,
      identity: {
        familyName: 'PATIENT-TEST',
        givenNames: 'MARIE',
        birthDate: '1980-05-17',
        gender: 'female',
        birthPlace: '75115',
        birthCountry: '99100',
        acr: 'eidas2',
        amr: ['fc'],
      },
    });
    // The hint of a logout is the signed token inside.
    expect(finished.ok && finished.tokens.idToken.split('.')).toHaveLength(3);
  });

  const traits = (given: Partial<InsTraits>): InsTraits => ({
    birthName: '',
    firstGivenName: '',
    birthDate: '',
    sex: 'F',
    ...given,
  });
  it.each<[string, InsTraits, object]>([
    [
      'simple',
      traits({ birthName: 'PATIENT TEST', firstGivenName: 'MARIE', birthDate: '19800517', birthPlace: '75115' }),
      { ok: true },
    ],
    [
      'accents',
      traits({ birthName: 'D ETOEILE-TESTE', firstGivenName: 'ZOE', birthDate: '19921201', birthPlace: '69123' }),
      { ok: true },
    ],
    [
      'compose',
      traits({
        birthName: 'SANTINI-TEST',
        firstGivenName: 'JEAN PIERRE',
        birthDate: '19550308',
        sex: 'M',
        birthPlace: '2A004',
      }),
      { ok: true },
    ],
    [
      'etranger',
      traits({ birthName: 'TESTOVA', firstGivenName: 'OLGA', birthDate: '19740923', birthPlace: '99123' }),
      { ok: true },
    ],
    [
      'presume',
      traits({
        birthName: 'PRESUME-TEST',
        firstGivenName: 'AMADOU',
        birthDate: '19600000',
        sex: 'M',
        birthPlace: '99341',
      }),
      { ok: false, reason: 'partial-date' },
    ],
    [
      'mineur',
      traits({ birthName: 'PATIENT-TEST', firstGivenName: 'MARIE', birthDate: '19800517', birthPlace: '75115' }),
      { ok: false, reason: 'sex' },
    ],
    [
      'eidas',
      traits({ birthName: 'MUSTERMANN-TEST', firstGivenName: 'ERIKA', birthDate: '19840126', birthPlace: '99109' }),
      { ok: false, reason: 'eidas' },
    ],
  ])('%s: is it the patient of the exam?', async (login, ins, expected) => {
    expect(matchPivot(await pivotOf(login), ins)).toEqual(expected);
  });

  it('refuses a level below the one asked', async () => {
    expect(await signIn('niveau-faible')).toMatchObject({ ok: false, kind: 'acr', cause: 'eidas1' });
  });

  it('refuses a level below the highest when that was asked', async () => {
    expect(await signIn('simple', party({ acrAsked: 'eidas3' }))).toMatchObject({
      ok: false,
      kind: 'acr',
      cause: 'eidas2',
    });
  });

  it('cannot be read with another key', async () => {
    const { decryptionKeys } = await loadEncryptionKeys([pem(keyType)]);
    expect(await signIn('simple', party({ decryptionKeys }))).toMatchObject({ ok: false, kind: 'id-token' });
  });

  it('finds the key among several, the former one kept', async () => {
    const other = await loadEncryptionKeys([pem(keyType)]);
    const both = [...other.decryptionKeys, ...keys.decryptionKeys];
    expect((await signIn('simple', party({ decryptionKeys: both }))).ok).toBe(true);
  });

  it('needs no discovery: production does not serve it', async () => {
    const { http, metadata } = reach(fc, pki.none);
    opened.push(http);
    const found = await metadata.get();
    if (!found.ok) throw new Error(found.kind);
    const before = (await desk.calls(fc, 'discovery')).length;
    const { issuer, ...endpoints } = found.metadata;
    const fixed = new ProviderMetadata({ issuer, metadata: endpoints, fetch: http.fetch });
    expect((await signIn('simple', party({ provider: fixed }))).ok).toBe(true);
    expect((await desk.calls(fc, 'discovery')).length).toBe(before);
  });

  it('refuses a userinfo that is not the encrypted token it must be', async () => {
    await desk.fault(fc, { endpoint: 'userinfo', kind: 'garbage' });
    expect(await signIn('simple')).toMatchObject({ ok: false, kind: 'userinfo', cause: 'content-type' });
  });

  it('a wrong secret is our fault, not the patient’s', async () => {
    const client = {
      clientId: 'drimbox-fc',
      authentication: { method: 'client_secret_post', secret: 'wrong' } as const,
    };
    expect(await signIn('simple', party({ client }))).toMatchObject({ ok: false, kind: 'client' });
  });
});
