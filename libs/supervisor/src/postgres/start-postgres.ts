import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../network/free-port.js';
import { tailOf } from '../process/log-file.js';
import { descendantsOf } from '../process/process-tree.js';
import { type ManagedProcess, startProcess } from '../process/start-process.js';
import { postgresBin, reaching, type ServerAccount, serverAccount } from './installation.js';
import { PostgresAdmin } from './postgres-admin.js';

export interface PostgresOptions {
  /** Holds the cluster (made once, then reused), its log, its socket and the superuser's password. */
  readonly dir: string;
  /** True: a commit survives a power cut. False: for throw-away clusters only. */
  readonly durable: boolean;
  readonly port?: number;
  /** Default 200. */
  readonly maxConnections?: number;
}

const SUPERUSER = 'drimbox_superuser';
const READY_TIMEOUT_MS = 30_000;

/** A PostgreSQL server of our own, on the loopback and on a socket in its folder; passwords are required on both. */
export class PostgresServer extends PostgresAdmin {
  constructor(
    readonly port: number,
    superuserUrl: string,
    readonly process: ManagedProcess,
  ) {
    super(superuserUrl);
  }

  /** Fast shutdown: sessions are ended, a checkpoint is written. */
  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** SIGKILL to the postmaster and all its children at once. */
  async kill9(): Promise<void> {
    await this.process.kill9();
  }

  /** Starts the same cluster on the same port, after `kill9` too (crash recovery). */
  restart(): Promise<void> {
    return this.process.restart();
  }

  /** The postmaster, then its children. */
  pids(): number[] {
    return this.process.running ? [this.process.pid, ...descendantsOf(this.process.pid)] : [];
  }
}

/** Starts PostgreSQL on `dir`, making the cluster when there is none. Throws one clear line when it does not come up. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { dir, durable, maxConnections = 200 } = options;
  const bin = postgresBin();
  const port = options.port ?? (await freePort());
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const anyone = serverAccount();
  if (anyone.owner !== undefined) chownSync(dir, anyone.owner.uid, anyone.owner.gid);
  const account = reaching(anyone, dir);
  const password = makeCluster(bin, dir, durable, account);

  const flush = durable ? 'on' : 'off';
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: dir,
    unix_socket_permissions: '0700',
    password_encryption: 'scram-sha-256',
    max_connections: String(maxConnections),
    fsync: flush,
    synchronous_commit: flush,
    full_page_writes: flush,
  };
  const [command = '', ...args] = [
    ...account.prefix,
    `${bin}/postgres`,
    '-D',
    join(dir, 'data'),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const server = await startProcess({
    name: 'PostgreSQL',
    command,
    args,
    cwd: dir,
    logFile: join(dir, 'postgres.log'),
    ready: { check: () => acceptsSessions(bin, port) },
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopSignal: 'SIGINT', // "fast shutdown", PostgreSQL manual §19.5
  });
  return new PostgresServer(port, `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`, server);
}

/** initdb, once per folder. Returns the superuser's password, kept beside the cluster. */
function makeCluster(bin: string, dir: string, durable: boolean, account: ServerAccount): string {
  const passwordFile = join(dir, 'superuser.password');
  // PG_VERSION is among the first files initdb writes, the password file is ours: both mean a finished cluster only together.
  const finished = join(dir, 'cluster.ready');
  if (existsSync(finished)) return readFileSync(passwordFile, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account.owner !== undefined) chownSync(passwordFile, account.owner.uid, account.owner.gid);
  const [command = '', ...args] = [
    ...account.prefix,
    `${bin}/initdb`,
    `--pgdata=${join(dir, 'data')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
  const { status, error, stderr } = spawnSync(command, args, { cwd: dir, encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) {
    const log = join(dir, 'initdb.log');
    writeFileSync(log, error?.message ?? stderr);
    throw new Error(`PostgreSQL could not make a cluster in ${dir}: ${tailOf(log)}`);
  }
  writeFileSync(finished, '');
  return password;
}

const acceptsSessions = (bin: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(`${bin}/pg_isready`, ['-q', '-h', '127.0.0.1', '-p', String(port)], (error) => resolve(error === null));
  });
