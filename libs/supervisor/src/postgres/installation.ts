import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const DEBIAN_ROOT = '/usr/lib/postgresql';
/** Debian's account of the server: PostgreSQL refuses to run as root. */
const ACCOUNT = 'postgres';

/** Folder of `initdb`, `postgres`, `psql`…: the newest Debian version installed. */
export function postgresBin(): string {
  let versions: number[] = [];
  try {
    versions = readdirSync(DEBIAN_ROOT).map(Number).filter(Number.isFinite);
  } catch {
    // handled below: nothing is installed
  }
  if (versions.length === 0) throw new Error('PostgreSQL is not installed: run npm run setup');
  return `${DEBIAN_ROOT}/${Math.max(...versions)}/bin`;
}

export interface ServerAccount {
  /** What stands before a command so that it runs under the account; empty for an ordinary user. */
  readonly prefix: readonly string[];
  /** Owner to give to the files the server must read; undefined for an ordinary user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Under which account the server runs on `dir`: `postgres` when we are root, ourselves when not. */
export function serverAccount(): ServerAccount {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = { uid: idOf('-u'), gid: idOf('-g') };
  return { owner, prefix: asAccount(owner, []) };
}

/**
 * The same account for a folder under a closed one, such as root's home: it may pass through folders it has no right to
 * (CAP_DAC_OVERRIDE), else initdb could not reach its own. Only a quick start or a test from such a checkout needs it.
 */
export function reaching(account: ServerAccount, dir: string): ServerAccount {
  const { owner, prefix } = account;
  if (owner === undefined) return account;
  const [command, ...args] = [...prefix, 'test', '-w', dir];
  if (command !== undefined && spawnSync(command, args, { cwd: '/' }).status === 0) return account;
  return { owner, prefix: asAccount(owner, ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']) };
}

/** setpriv replaces itself by the command (runuser stays as a parent), so the process id is the server's. */
const asAccount = (owner: { uid: number; gid: number }, capabilities: string[]): string[] => [
  'setpriv',
  `--reuid=${owner.uid}`,
  `--regid=${owner.gid}`,
  '--clear-groups',
  ...capabilities,
  '--',
];

function idOf(which: '-u' | '-g'): number {
  const { status, stdout } = spawnSync('id', [which, ACCOUNT], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the account ${ACCOUNT} is missing: run npm run setup`);
  return Number(stdout);
}
