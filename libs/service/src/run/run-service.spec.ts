import 'reflect-metadata';
import { eventually, tempDir } from '@drimbox/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { InternalClient } from '../internal-http/internal-client.js';
import { InternalTls } from '../internal-http/internal-tls.js';
import { Logger } from '../log/logger.js';
import { testEnvironment } from '../environment.for-spec.js';
import { startService, StartRefused } from './start-service.js';
import { testConfigSchema, TestModule } from './service.for-spec.js';

const MAIN = fileURLToPath(new URL('../../dist/run/main.for-spec.js', import.meta.url));
const dir = tempDir();
const { ca, env } = testEnvironment(dir);
const sandbox = testEnvironment(join(dir, 'sandbox'), 'DRIMbox sandbox internal CA');
const options = { name: 'hl7-ingest', configSchema: testConfigSchema, module: TestModule } as const;

const children: Child[] = [];
afterAll(() => children.forEach(({ process }) => process.kill('SIGKILL')));

interface Child {
  readonly process: ChildProcess;
  readonly out: string[];
  readonly log: string[];
  readonly exit: Promise<number | null>;
}

function run(more: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH, ...env, ...more } });
  const out: string[] = [];
  const log: string[] = [];
  child.stdout.on('data', (data: Buffer) => out.push(data.toString()));
  child.stderr.on('data', (data: Buffer) => log.push(data.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  children.push({ process: child, out, log, exit });
  return children.at(-1)!;
}

const readyOf = (child: Child): Promise<Record<string, number>> =>
  eventually(() => JSON.parse(child.out.join('')) as Record<string, number>, 20_000);

describe('a process', () => {
  it('says one ready line, then ends its work in flight before it exits 0', async () => {
    const child = run({ DRIMBOX_WORK_MILLISECONDS: '300' });
    const ready = await readyOf(child);
    expect(ready).toEqual({
      ready: true,
      service: 'hl7-ingest',
      http: expect.any(Number) as number,
      ops: expect.any(Number) as number,
      'hl7-main': 2575,
    });
    expect(await statusOf(ready.ops!, '/health/ready')).toBe(200);
    const client = clientOf(ready.http!);
    const slow = client.call({ to: 'hl7-ingest', path: '/slow?milliseconds=700', answer: z.unknown() });
    await client.call({ to: 'hl7-ingest', path: '/slow?milliseconds=1', answer: z.unknown() });
    child.process.kill('SIGTERM');
    await eventually(async () => (await statusOf(ready.ops!, '/health/ready')) === 503);
    expect(await statusOf(ready.ops!, '/health/live')).toBe(200);
    expect(await slow).toEqual({ ok: true, value: { done: true } });
    expect(await child.exit).toBe(0);
    expect(child.out.join('').trim().split('\n')).toHaveLength(1);
    await client.close();
  });

  it('exits 1 when the drain takes longer than it may', async () => {
    const child = run({ DRIMBOX_WORK_MILLISECONDS: '60000', DRIMBOX_MODE: 'test', DRIMBOX_DRAIN_SECONDS: '0.2' });
    await readyOf(child);
    child.process.kill('SIGTERM');
    expect(await child.exit).toBe(1);
  });

  it('exits 1 on what nobody caught, without its message', async () => {
    const child = run({ DRIMBOX_TEST_DIE: '1' });
    expect(await child.exit).toBe(1);
    expect(child.log.join('')).toContain('process.died');
    expect(child.log.join('')).not.toContain('nobody caught me');
  });

  it('refuses to start with every fault said', async () => {
    writeFileSync(join(dir, 'bad.json'), '{}');
    const child = run({ DRIMBOX_REGISTRY_FILE: join(dir, 'bad.json') });
    expect(await child.exit).toBe(1);
    expect(child.log.join('')).toMatch(/start\.refused/);
    expect(child.out).toEqual([]);
  });
});

describe('a refusal to start', () => {
  it('names a setting', async () => {
    expect(await faults({ DRIMBOX_HTTP_PORT: 'x' })).toEqual([expect.stringMatching(/^DRIMBOX_HTTP_PORT: /)]);
  });

  it('wants the certificate of this very service', async () => {
    const tls = ca.identity(join(dir, 'wrong-name'), 'pacs-bridge');
    expect(await faults({ DRIMBOX_INTERNAL_TLS_DIR: tls })).toEqual([expect.stringContaining("not hl7-ingest's")]);
  });

  it('wants production free of what modules call test things, and of sandbox certificates', async () => {
    expect(await faults({ DRIMBOX_WORK_MILLISECONDS: '2000' })).toEqual([
      'refused in production: workMilliseconds is for tests',
    ]);
    expect(await faults({}, sandbox.env)).toEqual([
      'refused in production: certificate "internal TLS" comes from the sandbox',
    ]);
    expect(await faults({ DRIMBOX_MODE: 'test' }, sandbox.env)).toEqual([]);
  });
});

it('serves metrics with the service label, and nothing else', async () => {
  const service = await startService(options, env);
  const ops = `http://127.0.0.1:${service.ports.ops}`;
  const metrics = await (await fetch(`${ops}/metrics`)).text();
  expect(metrics).toMatch(/process_cpu_seconds_total\{service="hl7-ingest"\}/);
  expect(metrics).toMatch(/drimbox_certificate_not_after_seconds\{certificate="internal",service="hl7-ingest"\} \d+/);
  expect((await fetch(`${ops}/whoami`)).status).toBe(404);
  await service.stop();
});

const statusOf = async (port: number, path: string): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).status;

function clientOf(port: number): InternalClient {
  const logger = new Logger({ service: 'kos-publisher', level: 'error' });
  const tls = InternalTls.open(ca.identity(join(dir, 'kos'), 'kos-publisher'), 'kos-publisher', logger);
  if (!tls.ok) throw new Error(tls.fault);
  return new InternalClient(tls.tls, { 'hl7-ingest': `https://127.0.0.1:${port}` });
}

async function faults(more: Record<string, string>, base = env): Promise<readonly string[]> {
  const error: unknown = await startService(options, { ...base, ...more }).then(
    (service) => service.stop(),
    (thrown: unknown) => thrown,
  );
  return error instanceof StartRefused ? error.faults : [];
}
