import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createAuthority, issue } from '../pki/authority.js';
import { writeStore } from '../pki/store.js';

const run = promisify(execFile);
const main = (name: string): string => join(import.meta.dirname, `../../dist/${name}/main.js`);

interface Ready {
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly deskUrl: string;
}

describe('sandbox providers as processes, called with curl', () => {
  let dir: string;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sandbox-oidc-'));
    const authority = await createAuthority('igc');
    const [psc, fc, client] = await Promise.all([
      issue(authority, 'SERV_SSL', { commonName: 'localhost', names: ['localhost'] }),
      issue(authority, 'SERV_SSL', { commonName: 'localhost', names: ['localhost'] }),
      issue(authority, 'ORG_AUTH_CLI', { commonName: 'drimbox', structure: '310000000000017' }),
    ]);
    await writeStore(dir, { authority, certificates: { psc, fc, client } });
  });
  afterEach(async () => {
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const start = async (name: string, environment: Record<string, string>): Promise<Ready> => {
    child = spawn(process.execPath, [main(name)], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout! });
    for await (const line of lines) if (line.startsWith('{')) return JSON.parse(line) as Ready;
    throw new Error('ended before it was ready');
  };
  const curl = async (...options: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await run('curl', ['-sS', '--max-time', '20', '--cacert', join(dir, 'ca.pem'), ...options]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  it('Pro Santé Connect hands out a token, and tells whose it is to a client with its certificate', async () => {
    const clients = JSON.stringify([{ clientId: 'drimbox', redirectUris: ['https://localhost/callback'] }]);
    const psc = await start('psc', { PSC_PKI_DIR: dir, PSC_CLIENTS: clients });
    const order = JSON.stringify({ login: 'radiologue', clientId: 'drimbox' });
    const { access_token: token, expires_in: seconds } = await curl('-d', order, `${psc.deskUrl}/tokens`);
    expect(seconds).toBe(120);
    const { introspection_endpoint: endpoint, issuer } = await curl(psc.discoveryUrl);
    expect(issuer).toBe(psc.issuer);
    const pair = ['--cert', join(dir, 'client.cert.pem'), '--key', join(dir, 'client.key.pem')];
    const form = ['-d', 'client_id=drimbox', '-d', `token=${String(token)}`, String(endpoint)];
    expect(await curl(...pair, ...form)).toMatchObject({
      active: true,
      typ: 'Bearer',
      azp: 'drimbox',
      SubjectNameID: '899700100017',
    });
    expect(await curl(...form)).toEqual({
      error: 'invalid_client',
      error_description: 'client certificate was not provided',
    });
  });

  it('FranceConnect+ serves its discovery document', async () => {
    const fc = await start('france-connect', { FC_PKI_DIR: dir });
    expect(await curl(fc.discoveryUrl)).toMatchObject({
      issuer: fc.issuer,
      id_token_signing_alg_values_supported: ['ES256'],
    });
    expect(fc.issuer).toMatch(/\/api\/v2$/);
  });
});
