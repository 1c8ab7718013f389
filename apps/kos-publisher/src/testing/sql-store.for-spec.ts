import { Audit } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import { type Database, openDatabase } from '@drimbox/persistence';
import { Logger } from '@drimbox/service';
import { testDatabase } from '@drimbox/testing';
import { PassThrough } from 'node:stream';
import { MIGRATIONS } from '../database/migrations.js';
import { SqlPointerStore } from '../pointer/sql-pointer-store.js';
import { StepTeller } from '../pointer/step-teller.js';

export interface OpenSqlStore {
  /** On which the DMP never does late what was given up. */
  readonly store: SqlPointerStore;
  /** The same tables, with another patience for what the DMP may do late. */
  storeWith(dmpLateSeconds: number): SqlPointerStore;
  readonly database: Database;
  close(): Promise<void>;
}

const logger = new Logger({ service: 'kos-publisher', level: 'error', destination: new PassThrough().resume() });

/** The pointers in a PostgreSQL database of their own, with everything a step leaves in the outboxes. */
export async function sqlPointerStore(): Promise<OpenSqlStore> {
  const service = 'kos-publisher';
  const { url } = await testDatabase(service);
  const { database, source } = await openDatabase({ url, service, mode: 'test', migrations: MIGRATIONS, logger });
  const teller = new StepTeller(new Outbox(database, service), new Audit(service), {
    dmpRepositoryUrl: 'https://dmp.test/repository',
  });
  const storeWith = (dmpLateSeconds: number): SqlPointerStore =>
    new SqlPointerStore(database, teller, { dmpLateSeconds });
  return { store: storeWith(0), storeWith, database, close: () => source.destroy() };
}
