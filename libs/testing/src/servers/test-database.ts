import { randomBytes } from 'node:crypto';
import { PostgresAdmin } from '@drimbox/supervisor';
import { askBroker } from './broker.js';

export interface TestDatabase {
  /** The service's role on its schema, as in production: `postgresql://role:password@127.0.0.1:port/database`. */
  readonly url: string;
  readonly schema: string;
  readonly role: string;
  readonly database: string;
  /** For the test's own looks and faults, on the same database. */
  readonly superuserUrl: string;
  /** A second service in the same database. */
  addRole(schema: string): Promise<{ readonly url: string; readonly role: string; readonly schema: string }>;
  /** Ends all sessions and deletes the database and its roles. Optional: the run deletes everything at its end. */
  drop(): Promise<void>;
}

/**
 * A database of its own on the run's PostgreSQL (not durable), with one role that owns one schema. `name` is the schema,
 * usually `schemaOf(service)`; roles are shared by a server, so theirs gets a random end.
 */
export async function testDatabase(name: string): Promise<TestDatabase> {
  const admin = new PostgresAdmin((await askBroker('postgres')).superuserUrl);
  const unique = randomBytes(5).toString('hex');
  const database = `test_${unique}`;
  const superuserUrl = await admin.createDatabase(database);
  const roles: string[] = [];
  const addRole: TestDatabase['addRole'] = async (anyName) => {
    const schema = anyName.replaceAll('-', '_');
    const role = `${schema}_${unique}`;
    const url = await admin.createServiceRole(role, schema, { database });
    roles.push(role);
    return { url, role, schema };
  };
  return {
    ...(await addRole(name)),
    database,
    superuserUrl,
    addRole,
    async drop() {
      await admin.dropDatabase(database);
      for (const role of roles) await admin.dropRole(role);
    },
  };
}
