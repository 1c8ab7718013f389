import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../network/free-port.js';
import { type ManagedProcess, startProcess } from '../process/start-process.js';

export interface NatsUser {
  /** The service; written in the configuration for its readers only. */
  readonly name: string;
  readonly publicKey: string;
  /** Subjects that may be published to and subscribed to; nothing else is allowed. Absent: everything. */
  readonly permissions?: { readonly publish: readonly string[]; readonly subscribe: readonly string[] };
}

export interface NatsOptions {
  /** Holds the configuration, the log and the JetStream store. */
  readonly dir: string;
  readonly port?: number;
  /** Paths of PEM files. `verifyClients`: clients must show a certificate signed by `ca` (their nkey is asked anyway). */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string; readonly verifyClients?: boolean };
  /** Absent: no authentication (throw-away servers only). */
  readonly users?: readonly NatsUser[];
  /** Adds the HTTP monitoring endpoint on a free port of the loopback. */
  readonly monitoring?: boolean;
  /** Bytes JetStream may keep on disk; default 1 GiB. */
  readonly maxStoreBytes?: number;
}

const GIB = 1024 ** 3;

/** A nats-server of our own on the loopback, with JetStream on files. */
export class NatsServer {
  constructor(
    readonly url: string,
    readonly port: number,
    readonly monitoringUrl: string | undefined,
    private readonly storeDir: string,
    readonly process: ManagedProcess,
  ) {}

  async stop(): Promise<void> {
    await this.process.stop();
  }

  async kill9(): Promise<void> {
    await this.process.kill9();
  }

  /** Same port, same store, after `kill9` too. */
  restart(): Promise<void> {
    return this.process.restart();
  }

  /** Forgets every stream: what a lost disk looks like. The server must be stopped. */
  deleteStore(): void {
    if (this.process.running) throw new Error('stop nats-server before its store is deleted');
    rmSync(this.storeDir, { recursive: true, force: true });
  }
}

/** Writes the configuration and starts nats-server. Throws one clear line when it does not come up. */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const { dir, tls, users, maxStoreBytes = GIB } = options;
  const port = options.port ?? (await freePort());
  const monitoringPort = options.monitoring === true ? await freePort() : undefined;
  const storeDir = join(dir, 'jetstream');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const configuration = {
    listen: `127.0.0.1:${port}`,
    ...(monitoringPort === undefined ? {} : { http: `127.0.0.1:${monitoringPort}` }),
    jetstream: { store_dir: storeDir, max_memory_store: GIB / 4, max_file_store: maxStoreBytes },
    ...(tls === undefined ? {} : { tls: tlsBlock(tls) }),
    ...(users === undefined ? {} : { authorization: { users: users.map(userBlock) } }),
  };
  const file = join(dir, 'nats.conf');
  // nats-server reads JSON as its own configuration language.
  writeFileSync(file, JSON.stringify(configuration, null, 2), { mode: 0o600 });
  const server = await startProcess({
    name: 'nats-server',
    command: 'nats-server',
    args: ['-c', file],
    cwd: dir,
    logFile: join(dir, 'nats.log'),
    ready: { tcp: port },
  });
  const scheme = tls === undefined ? 'nats' : 'tls';
  const monitoringUrl = monitoringPort === undefined ? undefined : `http://127.0.0.1:${monitoringPort}`;
  return new NatsServer(`${scheme}://127.0.0.1:${port}`, port, monitoringUrl, storeDir, server);
}

const tlsBlock = (tls: NonNullable<NatsOptions['tls']>): Record<string, unknown> => ({
  cert_file: tls.cert,
  key_file: tls.key,
  ca_file: tls.ca,
  verify: tls.verifyClients ?? false,
});

const userBlock = ({ publicKey, permissions }: NatsUser): Record<string, unknown> => ({
  nkey: publicKey,
  ...(permissions === undefined
    ? {}
    : { permissions: { publish: { allow: permissions.publish }, subscribe: { allow: permissions.subscribe } } }),
});
