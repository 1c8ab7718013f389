import 'reflect-metadata';
import { LinkReports } from '@drimbox/contracts';
import { type RunningService, startService } from '@drimbox/service';
import { eventually, tempDir, TestCa, testDatabase } from '@drimbox/testing';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SettingsSchema } from './config/settings.js';
import { LinkConditionsRepository } from './health/link-conditions.repository.js';
import { SourceViewerModule } from './source-viewer.module.js';
import { VI, writePair, writeRegistry } from './testing/site.for-spec.js';
import { Database } from '@drimbox/persistence';

const dir = tempDir();
let viewer: RunningService;
let bridge: Server;
let asked: string[];

beforeAll(async () => {
  const ca = new TestCa(join(dir, 'ca'));
  bridge = await startBridge(ca.identity(join(dir, 'pacs-bridge'), 'pacs-bridge'));
  writeRegistry(dir);
  for (const [index, fqdn] of VI.entries()) writePair(dir, `vi${index + 1}`, fqdn);
  writeFileSync(join(dir, 'seed'), 'SUAI');
  viewer = await startService(
    { name: 'source-viewer', configSchema: SettingsSchema, module: SourceViewerModule },
    {
      DRIMBOX_MODE: 'test',
      DRIMBOX_LOG_LEVEL: 'error',
      DRIMBOX_REGISTRY_FILE: join(dir, 'registry.json'),
      DRIMBOX_DATABASE_URL: (await testDatabase('source-viewer')).url,
      // The bus is away: events come later, what pacs-bridge says when asked is enough to begin.
      DRIMBOX_NATS_URL: 'tls://127.0.0.1:1',
      DRIMBOX_NATS_SEED_FILE: join(dir, 'seed'),
      DRIMBOX_INTERNAL_TLS_DIR: ca.identity(join(dir, 'tls'), 'source-viewer'),
      DRIMBOX_CERTIFICATES_DIR: join(dir, 'store'),
      DRIMBOX_PEER_PACS_BRIDGE_URL: `https://localhost:${(bridge.address() as AddressInfo).port}`,
      DRIMBOX_HEALTH_REFRESH_SECONDS: '0.2',
      DRIMBOX_HEALTH_PER_MINUTE: '300',
      DRIMBOX_HEALTH_PACS_PATH: '/q/health/pacs',
      // The path of the published probe request.
      DRIMBOX_HEALTH_DRIMBOX_PATH: '/dcm4chee-arc/aets/SERVEUR_WADO/rs',
    },
  );
});
afterAll(async () => {
  await viewer?.stop();
  bridge?.close();
  bridge?.closeAllConnections();
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string | undefined;
}
function probe(path: string, over: { sni?: string; host?: string; method?: string } = {}): Promise<Answer> {
  const sni = over.sni ?? VI[0];
  const options = {
    host: '127.0.0.1',
    port: viewer.ports['vi'],
    path,
    method: over.method ?? 'GET',
    servername: sni,
    rejectUnauthorized: false,
    agent: false as const,
    headers: { accept: 'application/json', host: over.host ?? sni },
  };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, type: response.headers['content-type'] }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
const said = (status: string, drimbox: string, pacs: string): object => ({
  status,
  checks: [
    { name: 'DRIMbox', status: drimbox },
    { name: 'PACS', status: pacs },
  ],
});

it('tells each PACS on its own FQDN, without client certificate', async () => {
  await eventually(async () => {
    const answer = await probe('/q/health');
    expect([answer.status, answer.type, JSON.parse(answer.body)]).toEqual([
      200,
      'application/json',
      said('UP', 'UP', 'UP'),
    ]);
  });
  const down = await probe('/q/health', { sni: VI[1] });
  expect([down.status, JSON.parse(down.body)]).toEqual([503, said('DOWN', 'UP', 'DOWN')]);
  expect((await probe('/q/health/pacs', { sni: VI[1] })).status).toBe(503);
});

it('answers the published probe request', async () => {
  const answer = await probe('/dcm4chee-arc/aets/SERVEUR_WADO/rs');
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    200,
    { status: 'UP', checks: [{ name: 'DRIMbox', status: 'UP' }] },
  ]);
});

it('never makes anybody ask the PACS: pacs-bridge was asked once, however many probes came', async () => {
  for (let n = 0; n < 20; n++) await probe('/q/health');
  expect(asked).toEqual(['GET /links']);
});

it('follows what changes, and ignores what is older', async () => {
  const conditions = viewer.app.get(LinkConditionsRepository, { strict: false });
  const database = viewer.app.get(Database, { strict: false });
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
  await conditions.take(database, { pacsLink: 'pacs-1', state: 'down', since: at(10) });
  await eventually(async () => expect((await probe('/q/health')).status).toBe(503));
  await conditions.take(database, { pacsLink: 'pacs-1', state: 'up', since: at(-60) });
  await conditions.take(database, { pacsLink: 'pacs-2', state: 'up', since: at(20) });
  await eventually(async () => expect((await probe('/q/health', { sni: VI[1] })).status).toBe(200));
  expect((await probe('/q/health')).status).toBe(503);
});

it.each([
  ['another path', '/', {}, 404],
  ['another method', '/q/health', { method: 'POST' }, 405],
  ['another Host', '/q/health', { host: 'db1.990.mesimagesmedicales.fr' }, 421],
] as const)('%s', async (_, path, over, status) => {
  const answer = await probe(path, over);
  expect([answer.status, answer.body]).toEqual([status, '']);
});

it('a name that is not served ends in the handshake', async () => {
  await expect(probe('/q/health', { sni: 'db1.990.mesimagesmedicales.fr' })).rejects.toThrow();
});

it('who probes too often is told when to come back', async () => {
  let last: Answer | undefined;
  for (let n = 0; n < 301 && last?.status !== 429; n++) last = await probe('/q/health');
  expect(last?.status).toBe(429);
});

async function startBridge(tls: string): Promise<Server> {
  asked = [];
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFileSync(join(tls, file)));
  const since = new Date(Date.now() - 1000).toISOString();
  const report = (n: number, state: 'up' | 'down'): unknown => ({
    pacsLink: `pacs-${n}`,
    site: 'port',
    state,
    since,
    running: 0,
    waiting: 0,
  });
  const reports = LinkReports.parse([report(1, 'up'), report(2, 'down')]);
  const server = createServer({ ca, cert, key, requestCert: true }, ({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reports));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
