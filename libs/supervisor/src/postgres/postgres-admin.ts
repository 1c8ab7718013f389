import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { postgresBin } from './installation.js';

export interface ServiceRoleOptions {
  /** Default: the database of the superuser's URL. */
  readonly database?: string;
}

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;
const SQL_TIMEOUT_MS = 30_000;

/** Administration of one PostgreSQL server through psql: databases, and one login role with its own schema per service. */
export class PostgresAdmin {
  constructor(readonly superuserUrl: string) {}

  /** Makes an empty database nobody but its granted roles may connect to; returns the superuser's URL on it. */
  async createDatabase(name: string): Promise<string> {
    checkIdentifier(name);
    await this.sql(`CREATE DATABASE ${name};\nREVOKE ALL ON DATABASE ${name} FROM PUBLIC;`);
    const url = new URL(this.superuserUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  async dropDatabase(name: string): Promise<void> {
    checkIdentifier(name);
    await this.sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE);`);
  }

  async dropRole(role: string): Promise<void> {
    checkIdentifier(role);
    await this.sql(`DROP ROLE IF EXISTS ${role};`);
  }

  /**
   * A login role that owns `schema` and has no right on any other, `public` included; made once, each call sets a new
   * random password. Returns the role's URL.
   */
  async createServiceRole(role: string, schema: string, options: ServiceRoleOptions = {}): Promise<string> {
    checkIdentifier(role);
    checkIdentifier(schema);
    const password = randomBytes(24).toString('base64url');
    const url = new URL(this.superuserUrl);
    const database = options.database ?? url.pathname.slice(1);
    checkIdentifier(database);
    await this.sql(
      `
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
          CREATE ROLE ${role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
        END IF;
      END $$;
      ALTER ROLE ${role} LOGIN PASSWORD '${password}';
      REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
      REVOKE ALL ON SCHEMA public FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${database} TO ${role};
      CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role};
      ALTER ROLE ${role} IN DATABASE ${database} SET search_path = ${schema};
      `,
      database,
    );
    url.username = role;
    url.password = password;
    url.pathname = `/${database}`;
    return url.href;
  }

  /** Runs statements as the superuser, stopping at the first error; returns the rows, one a line, columns apart by `|`. */
  async sql(statements: string, database?: string): Promise<string> {
    const url = new URL(this.superuserUrl);
    // Everything by environment and stdin: no password in the process list.
    const env = {
      ...process.env,
      PGHOST: url.hostname,
      PGPORT: url.port,
      PGUSER: decodeURIComponent(url.username),
      PGPASSWORD: decodeURIComponent(url.password),
      PGDATABASE: database ?? url.pathname.slice(1),
      PGOPTIONS: '-c client_min_messages=warning',
    };
    const args = ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
    const child = spawn(`${postgresBin()}/psql`, args, { env, stdio: 'pipe', timeout: SQL_TIMEOUT_MS });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.on('error', () => undefined); // the exit code tells
    child.stdin.end(statements);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new Error(`psql failed: ${Buffer.concat(errors).toString('utf8').trim()}`);
    return Buffer.concat(output).toString('utf8').trim();
  }
}

function checkIdentifier(name: string): void {
  if (!IDENTIFIER.test(name)) throw new Error(`not a plain SQL identifier: ${JSON.stringify(name)}`);
}
