import { CertificateStore, type CommonConfig, Lifecycle, Logger, ProductionChecks } from '@drimbox/service';
import { tempDir } from '@drimbox/testing';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Settings, SettingsSchema } from '../config/settings.js';
import { Providers } from './providers.js';

const dir = tempDir();
const logger = new Logger({ service: 'source-viewer', level: 'error', destination: new PassThrough().resume() });
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

/** FranceConnect+ as production must be told of it: it serves no discovery document. */
async function providersWith(
  more: Record<string, string>,
): Promise<{ providers: Providers; checks: ProductionChecks }> {
  const issuer = 'https://auth.franceconnect.test/api/v2';
  const endpoints = {
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/session/end`,
    jwks_uri: `${issuer}/jwks`,
  };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const settings = SettingsSchema.parse({
    fcIssuer: issuer,
    fcClientId: 'us',
    fcMetadataFile: file('metadata.json', JSON.stringify(endpoints)),
    fcSecretFile: file('secret', 'a secret of the sandbox'),
    fcKeyFiles: file('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    ...more,
  }) as Settings & CommonConfig;
  const checks = new ProductionChecks();
  const providers = new Providers(new CertificateStore(undefined, logger), new Lifecycle(logger), checks, settings);
  await providers.onModuleInit();
  return { providers, checks };
}

const redirectOf = async (providers: Providers, fqdn: string): Promise<string | null> => {
  const started = await providers.patient(fqdn)?.startLogin();
  if (!started?.ok) throw new Error('not started');
  const told = new URL(started.url).searchParams.get('redirect_uri');
  expect(started.transaction.redirectUri).toBe(told);
  return told;
};
const NAMES = ['vi1.990.mesimagesmedicales.fr', 'vi2.990.mesimagesmedicales.fr'];

it('send each browser back to the name that it left from', async () => {
  const { providers } = await providersWith({});
  for (const name of NAMES) expect(await redirectOf(providers, name)).toBe(`https://${name}/retour`);
});

it('send all browsers back to one host when the site says so', async () => {
  const { providers } = await providersWith({
    fcCallbackHost: 'Retour.990.mesimagesmedicales.fr',
    viPublicPort: '8443',
  });
  for (const name of NAMES)
    expect(await redirectOf(providers, name)).toBe('https://retour.990.mesimagesmedicales.fr:8443/retour');
  expect(await providers.endSessionAddress('patient')).toBe('https://auth.franceconnect.test/api/v2/session/end');
  expect(await providers.endSessionAddress('professional')).toBeUndefined();
  expect(providers.professional(NAMES[0]!)).toBeUndefined();
});

it('a callback host is a name, not an address', () => {
  for (const host of ['https://retour.test', 'retour.test/path', 'a b', 'localhost:1', ''])
    expect(SettingsSchema.safeParse({ fcCallbackHost: host }).success).toBe(false);
});

it('production refuses a test issuer', async () => {
  const { checks } = await providersWith({});
  expect(checks.faults()).toEqual(['the issuer of an identity provider is a test one']);
});

it('half a setting does not start', async () => {
  await expect(providersWith({ fcClientId: undefined as unknown as string })).rejects.toThrow('DRIMBOX_FC_CLIENT_ID');
});
