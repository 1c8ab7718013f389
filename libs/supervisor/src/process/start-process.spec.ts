import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../network/free-port.js';
import { runs } from './process-tree.js';
import { type ManagedProcess, type ProcessOptions, startProcess } from './start-process.js';

let dir: string;
const started: ManagedProcess[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'drimbox-process-'));
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.kill9();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A shell script as a managed process. */
async function shell(script: string, options: Partial<ProcessOptions> = {}): Promise<ManagedProcess> {
  const logFile = join(mkdtempSync(join(dir, 'run-')), 'log');
  const args = ['-c', script];
  const managed = await startProcess({ name: 'probe', command: '/bin/sh', args, logFile, ...options });
  started.push(managed);
  return managed;
}

async function until(check: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !check(); turn += 1) await delay(20);
  expect(check()).toBe(true);
}

describe('startProcess', () => {
  it('waits for the ready line and returns it, whatever stands before', async () => {
    const managed = await shell(
      `echo 'starting {'; echo '{"level":"info"}'; echo '{"ready":true,"port":7}' >&2; exec sleep 60`,
      { ready: { jsonLine: true } },
    );
    expect(managed.ready).toEqual({ ready: true, port: 7 });
    expect(runs(managed.pid)).toBe(true);
    await managed.stop();
    expect(runs(managed.pid)).toBe(false);
  });

  it('waits for a port and for an address', async () => {
    const port = await freePort();
    const script = `setTimeout(() => require('node:http').createServer((q, r) => r.end('ok')).listen(${port}, '127.0.0.1'), 100)`;
    const logFile = join(dir, 'http.log');
    const server: ProcessOptions = { name: 'http', command: process.execPath, args: ['-e', script], logFile };
    const byPort = await startProcess({ ...server, ready: { tcp: port } });
    await byPort.stop();
    const byUrl = await startProcess({ ...server, ready: { url: `http://127.0.0.1:${port}/` } });
    await byUrl.stop();
  });

  it('says in one line, with the end of its log, that a process ended too soon', async () => {
    const failing = shell('echo first; echo "cannot bind" >&2; exit 3', { ready: { jsonLine: true } });
    await expect(failing).rejects.toThrow('probe ended before it was ready (exit 3): first | cannot bind');
  });

  it('says that a process was not ready in time, and ends it', async () => {
    const pidFile = join(dir, 'late.pid');
    const late = shell(`echo $$ > ${pidFile}; echo warming up; exec sleep 60`, {
      ready: { jsonLine: true },
      readyTimeoutMs: 300,
    });
    await expect(late).rejects.toThrow('probe was not ready after 300 ms: warming up');
    expect(runs(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('says that a command does not exist', async () => {
    const missing = startProcess({ name: 'ghost', command: '/no/such/program', logFile: join(dir, 'ghost.log') });
    await expect(missing).rejects.toThrow('ghost could not be started: is /no/such/program installed');
  });

  it('ends what ignores the request, and all of the group', async () => {
    const managed = await shell(`trap '' TERM; sleep 60 & echo "{\\"ready\\":true,\\"child\\":$!}"; wait; wait`, {
      ready: { jsonLine: true },
    });
    const child = Number(managed.ready['child']);
    expect(runs(child)).toBe(true);
    expect((await managed.stop(100)).signal).toBe('SIGKILL');
    await until(() => !runs(child));
  });

  it('kills descendants in groups of their own', async () => {
    const managed = await shell(`setsid sleep 60 & echo "{\\"ready\\":true,\\"child\\":$!}"; wait`, {
      ready: { jsonLine: true },
    });
    await managed.kill9();
    await until(() => !runs(Number(managed.ready['child'])));
  });

  it('restarts, and tells an expected end from an unexpected one', async () => {
    const managed = await shell('echo \'{"ready":true}\'; exec sleep 60', { ready: { jsonLine: true } });
    const seen: boolean[] = [];
    managed.onExit(({ expected }) => seen.push(expected));
    const { pid } = managed;
    await managed.restart();
    expect(managed.pid).not.toBe(pid);
    expect(runs(managed.pid)).toBe(true);
    process.kill(managed.pid, 'SIGKILL');
    await managed.exited;
    expect(managed.running).toBe(false);
    expect(seen).toEqual([true, false]);
    await managed.restart();
    expect(managed.running).toBe(true);
  });
});

describe('a parent that ends without stopping its processes', () => {
  const repository = fileURLToPath(new URL('../../../../', import.meta.url));

  it.each([
    ['SIGKILL', ''],
    ['SIGINT', ''],
    ['SIGTERM', ''],
    ['an uncaught error', `setTimeout(() => { throw new Error('uncaught'); }, 10);`],
  ])('leaves none behind: %s', async (how, script) => {
    const pidFile = join(mkdtempSync(join(dir, 'orphan-')), 'pid');
    // The build, because it runs in a process of its own, outside jest.
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { writeFileSync } from 'node:fs';
         import { startProcess } from '@drimbox/supervisor';
         const child = await startProcess({ name: 'orphan', command: 'sleep', args: ['60'], logFile: ${JSON.stringify(`${pidFile}.log`)} });
         writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
         ${script}`,
      ],
      { cwd: repository, stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => parent.once('exit', resolve));
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    const orphan = Number(readFileSync(pidFile, 'utf8'));
    if (script === '') {
      expect(runs(orphan)).toBe(true);
      parent.kill(how as NodeJS.Signals);
    }
    await ended;
    await until(() => !runs(orphan));
  });
});
