import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsServer, type PostgresServer, startNats, startPostgres } from '@drimbox/supervisor';
import { BROKER_VARIABLE, listenBroker } from './broker.js';

/** The servers of one test run. Nothing is started before a test asks; `close` ends all of it and deletes the folder. */
export interface TestRun {
  close(): Promise<void>;
}

const PREFIX = 'drimbox-tests-';

export async function openTestRun(say: (line: string) => void): Promise<TestRun> {
  sweep();
  const dir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(dir, 0o711); // PostgreSQL runs under another account than root and must pass through
  const running: (PostgresServer | NatsServer)[] = [];
  const started = async <T extends PostgresServer | NatsServer>(label: string, start: () => Promise<T>): Promise<T> => {
    const from = Date.now();
    const server = await start();
    running.push(server);
    say(`[tests] ${label} on port ${server.port}, not durable, up in ${Date.now() - from} ms`);
    return server;
  };
  const socketPath = join(dir, 'broker.sock');
  const broker = await listenBroker(socketPath, {
    postgres: async () => {
      const { superuserUrl } = await started('PostgreSQL', () =>
        startPostgres({ dir: join(dir, 'postgres'), durable: false }),
      );
      return { superuserUrl };
    },
    nats: async () => {
      const { url } = await started('nats-server', () => startNats({ dir: join(dir, 'nats') }));
      return { url };
    },
  });
  process.env[BROKER_VARIABLE] = socketPath;
  return {
    async close() {
      broker.close();
      broker.closeAllConnections();
      await Promise.all(running.map((server) => server.kill9()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Folders of runs that were killed: their servers ended with them (libs/supervisor), their files did not. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(owner) || existsSync(`/proc/${owner}`)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // another user's
    }
  }
}
