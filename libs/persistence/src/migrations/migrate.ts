import { DrimError } from '@drimbox/contracts';
import { createHash } from 'node:crypto';
import type { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';

/** One step of a schema, hand-written, forward only (expand, then contract in a later release). */
export interface Migration {
  /** Unique in its service, never changed: `001-outbox`. */
  readonly name: string;
  /** Statements, run in one transaction with the schema as search path. */
  readonly sql: string;
}

/** First key of the advisory locks of DRIMbox, so that no other user of the server meets them. */
export const LOCK_CLASS = 0x4452494d;

/**
 * Brings the schema up to date, in the order of the list. Replicas that start together wait for one another.
 * @throws DrimError DRIM-101 when a step that has run was edited since.
 * @returns names of the steps carried out.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  const names = new Set(migrations.map(({ name }) => name));
  if (names.size !== migrations.length) throw new DrimError('DRIM-101', 'two migrations bear the same name');
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCK_CLASS, `migrations:${database.schema}`]);
    await prepareSchema(tx, database.schema);
    const known = await tx.query<{ name: string; digest: string }>('select name, digest from migration');
    const applied: string[] = [];
    for (const migration of migrations) {
      const before = known.find(({ name }) => name === migration.name);
      if (before && before.digest !== digestOf(migration)) {
        throw new DrimError('DRIM-101', `migration ${migration.name} was edited after it had run`);
      }
      if (before) continue;
      await tx.query(migration.sql);
      await tx.query('insert into migration (name, digest) values ($1, $2)', [migration.name, digestOf(migration)]);
      applied.push(migration.name);
    }
    return applied;
  });
}

async function prepareSchema(tx: Tx, schema: string): Promise<void> {
  // Asked first: `create schema if not exists` wants the right to create even when there is nothing to create.
  const [found] = await tx.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (!found) await tx.query(`create schema "${schema}"`);
  await tx.query(`create table if not exists migration (
    name text primary key, digest text not null, applied_at timestamptz not null default now())`);
}

const digestOf = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex');
