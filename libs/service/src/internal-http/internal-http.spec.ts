import 'reflect-metadata';
import type { ServiceName } from '@drimbox/contracts';
import { eventually, tempDir, TestCa } from '@drimbox/testing';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { Logger } from '../log/logger.js';
import { type RunningService, startService } from '../run/start-service.js';
import { TestModule } from '../run/service.for-spec.js';
import { testEnvironment } from '../environment.for-spec.js';
import { childOf, runInTrace } from '../trace/trace.js';
import { type CallResult, InternalClient } from './internal-client.js';
import { InternalTls } from './internal-tls.js';

const dir = tempDir();
const { ca, tlsDir, env } = testEnvironment(dir);
const otherCa = new TestCa(join(dir, 'other-ca'), 'Other CA');
const logger = new Logger({ service: 'kos-publisher', level: 'error', destination: new PassThrough() });

let service: RunningService;
const opened: { close(): void | Promise<void> }[] = [];
beforeAll(async () => {
  service = await startService({ name: 'hl7-ingest', module: TestModule }, env);
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await service.stop();
});

function clientAs(name: string, authority = ca, url = `https://127.0.0.1:${service.ports.http}`): InternalClient {
  const identity = authority.identity(join(dir, `client-${name}-${opened.length}`), name);
  // The client trusts our authority in any case: what is tested is what the server makes of it.
  execFileSync('cp', [join(tlsDir, 'ca.pem'), join(identity, 'ca.pem')]);
  const tls = InternalTls.open(identity, name, logger, 20);
  if (!tls.ok) throw new Error(tls.fault);
  const client = new InternalClient(tls.tls, { 'hl7-ingest': url, 'pacs-bridge': url });
  opened.push(client, tls.tls);
  return client;
}

const whoami = (client: InternalClient, to: ServiceName = 'hl7-ingest'): Promise<CallResult<{ caller: string }>> =>
  client.call({ to, path: '/whoami', answer: z.object({ caller: z.string(), trace: z.string() }) });
const get = (path: string, timeoutMilliseconds = 5_000): Promise<CallResult<unknown>> =>
  clientAs('kos-publisher').call({ to: 'hl7-ingest', path, answer: z.unknown(), timeoutMilliseconds });

describe('who may call', () => {
  it('answers a named caller, who keeps its trace', async () => {
    const trace = childOf(undefined);
    const answer = await runInTrace(trace, () => whoami(clientAs('kos-publisher')));
    expect(answer).toEqual({ ok: true, value: { caller: 'kos-publisher', trace: trace.traceId } });
    expect(await whoami(clientAs('admin'))).toMatchObject({ ok: true });
  });

  it('refuses a service that the route does not name', async () => {
    expect(await whoami(clientAs('pacs-bridge'))).toEqual({
      ok: false,
      failure: { code: 'DRIM-104', detail: 'pacs-bridge' },
    });
  });

  it('refuses everybody on a route that names nobody', async () => {
    expect(await get('/open')).toMatchObject({ ok: false, failure: { code: 'DRIM-104' } });
  });

  it('refuses the certificate of another authority', async () => {
    expect(await whoami(clientAs('kos-publisher', otherCa))).toMatchObject({
      ok: false,
      failure: { code: 'DRIM-106' },
    });
  });

  it('refuses who shows no certificate, and TLS before 1.2', async () => {
    const trusted = { ca: readFileSync(join(tlsDir, 'ca.pem')) };
    await expect(rawGet('/whoami', new HttpsAgent(trusted))).rejects.toThrow();
    const shown = {
      ...trusted,
      cert: readFileSync(join(tlsDir, 'cert.pem')),
      key: readFileSync(join(tlsDir, 'key.pem')),
      ciphers: 'DEFAULT@SECLEVEL=0',
    };
    await expect(
      rawGet('/whoami', new HttpsAgent({ ...shown, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })),
    ).rejects.toThrow();
    expect((await rawGet('/whoami', new HttpsAgent(shown))).status).toBe(403);
  });
});

describe('what is answered', () => {
  it('checks a body and names the wrong place without its value', async () => {
    const client = clientAs('kos-publisher');
    const greet = (body: unknown): Promise<CallResult<unknown>> =>
      client.call({ to: 'hl7-ingest', path: '/greet', body, answer: z.object({ study: z.string() }) });
    expect(await greet({ study: '1.2' })).toEqual({ ok: true, value: { study: '1.2' } });
    expect(await greet({ study: 'DURAND DURAND' })).toEqual({
      ok: false,
      failure: { code: 'DRIM-102', detail: 'study: too_big' },
    });
    expect(await greet({ study: 'x'.repeat(2 * 1024 * 1024) })).toMatchObject({
      ok: false,
      failure: { code: 'DRIM-102' },
    });
  });

  it.each([
    ['/nowhere', 'DRIM-103', undefined],
    ['/fail?as=busy', 'DRIM-305', 'pacs-1'],
    ['/fail?as=bug', 'DRIM-100', undefined],
  ])('%s → %s', async (path, code, detail) => {
    expect(await get(path)).toEqual({ ok: false, failure: { code, ...(detail && { detail }) } });
  });
});

describe('what a client refuses', () => {
  it('another service at the address', async () => {
    expect(await whoami(clientAs('kos-publisher'), 'pacs-bridge')).toMatchObject({
      ok: false,
      failure: { code: 'DRIM-106' },
    });
  });

  it('an answer outside its contract, a late one, an absent peer', async () => {
    const client = clientAs('kos-publisher');
    const ask = (path: string, timeoutMilliseconds: number): Promise<CallResult<unknown>> =>
      client.call({ to: 'hl7-ingest', path, answer: z.object({ other: z.string() }), timeoutMilliseconds });
    expect(await ask('/whoami', 5_000)).toEqual({
      ok: false,
      failure: { code: 'DRIM-106', detail: 'hl7-ingest: answer outside its contract, other: invalid_type' },
    });
    expect(await ask('/slow?milliseconds=2000', 50)).toEqual({
      ok: false,
      failure: { code: 'DRIM-106', detail: 'hl7-ingest: TimeoutError' },
    });
    expect(await whoami(clientAs('kos-publisher', ca, 'https://127.0.0.1:1'))).toMatchObject({
      ok: false,
      failure: { code: 'DRIM-106', detail: 'hl7-ingest: ECONNREFUSED' },
    });
    expect(await client.call({ to: 'kos-publisher', path: '/', answer: z.unknown() })).toEqual({
      ok: false,
      failure: { code: 'DRIM-106', detail: 'kos-publisher: no address is set' },
    });
  });
});

describe('renewal while running', () => {
  it('serves the new certificate to new connections and ends the old ones after their next answer', async () => {
    const identity = ca.identity(join(dir, 'keep-alive'), 'kos-publisher');
    const agent = new HttpsAgent({
      keepAlive: true,
      maxSockets: 1,
      ca: readFileSync(join(tlsDir, 'ca.pem')),
      cert: readFileSync(join(identity, 'cert.pem')),
      key: readFileSync(join(identity, 'key.pem')),
    });
    const first = await rawGet('/whoami', agent);
    expect(await rawGet('/whoami', agent)).toEqual(first);
    expect(first).toMatchObject({ status: 200, connection: 'keep-alive' });
    ca.identity(tlsDir, 'hl7-ingest');
    const renewed = await eventually(async () => {
      const answer = await rawGet('/whoami', agent);
      return answer.serial !== first.serial && answer;
    });
    expect(renewed).toMatchObject({ status: 200, connection: 'keep-alive' });
    agent.destroy();
  });

  it('lets a client whose certificate is renewed go on', async () => {
    const client = clientAs('kos-publisher');
    const identity = join(dir, `client-kos-publisher-${opened.length - 2}`);
    expect(await whoami(client)).toMatchObject({ ok: true });
    const slow = client.call({ to: 'hl7-ingest', path: '/slow?milliseconds=300', answer: z.unknown() });
    ca.identity(identity, 'kos-publisher');
    expect(await slow).toMatchObject({ ok: true });
    expect(await whoami(client)).toMatchObject({ ok: true });
  });
});

interface RawAnswer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly serial: string;
}

function rawGet(path: string, agent: HttpsAgent): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest({ host: '127.0.0.1', port: service.ports.http, path, agent }, (response) => {
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
      response.resume().on('end', () => {
        resolve({ status: response.statusCode, connection: response.headers.connection, serial });
      });
    });
    asked.on('error', reject).end();
  });
}
