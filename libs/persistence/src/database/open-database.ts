import { DrimError, schemaOf, type ServiceName } from '@drimbox/contracts';
import { errorFields, type Logger } from '@drimbox/service';
import type { Pool } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrate, type Migration } from '../migrations/migrate.js';
import { Database } from './database.js';
import { unsafeSettings } from './safety.js';
import { isUnavailable } from './sql-errors.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly service: ServiceName;
  /** `test` may run on an unsafe server, said aloud; `production` refuses it. */
  readonly mode: 'production' | 'test';
  readonly migrations: readonly Migration[];
  readonly entities?: DataSourceOptions['entities'];
  /** Connections of this replica, 16 by default. */
  readonly poolSize?: number;
  /** Longest statement, in milliseconds, 30,000 by default. */
  readonly statementMilliseconds?: number;
  readonly logger: Logger;
  /** Called off while the database is awaited. */
  readonly stopping?: () => boolean;
}

export interface OpenDatabase {
  readonly database: Database;
  readonly source: DataSource;
  readonly pool: Pool;
}

const POOL_SIZE = 16;
const STATEMENT_MILLISECONDS = 30_000;
const CONNECT_MILLISECONDS = 5_000;
const RETRY_MILLISECONDS = 1_000;

/**
 * Opens the pool, waits for a database that is not up yet, refuses an unsafe one, brings the schema up to date.
 * @throws DrimError DRIM-107 when a commit could be lost; DRIM-105 when told to stop while waiting.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: options.service,
    entities: options.entities ?? [],
    synchronize: false,
    poolSize: options.poolSize ?? POOL_SIZE,
    connectTimeoutMS: CONNECT_MILLISECONDS,
    // Said to no one: the driver's own log would quote parameters.
    logging: false,
    poolErrorHandler: (error: unknown) => options.logger.warn('database.connection-lost', errorFields(error)),
    extra: {
      options: `-c search_path=${schemaOf(options.service)} -c timezone=UTC`,
      statement_timeout: options.statementMilliseconds ?? STATEMENT_MILLISECONDS,
      keepAlive: true,
    },
  });
  await whenReachable(source, options);
  const pool = (source.driver as unknown as { master: Pool }).master;
  const database = new Database(source, pool, schemaOf(options.service));
  try {
    await refuseUnsafe(database, options);
    for (const name of await migrate(database, options.migrations)) {
      options.logger.info('database.migrated', { migration: name });
    }
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return { database, source, pool };
}

/** A database that starts after us is no failure; a refused password is. */
async function whenReachable(source: DataSource, { logger, stopping }: DatabaseOptions): Promise<void> {
  for (;;) {
    try {
      await source.initialize();
      return;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      logger.warn('database.awaited', errorFields(error));
      if (stopping?.()) throw new DrimError('DRIM-105', 'stopped while waiting', { cause: error });
      await sleep(RETRY_MILLISECONDS);
    }
  }
}

async function refuseUnsafe(database: Database, { mode, logger }: DatabaseOptions): Promise<void> {
  const unsafe = await unsafeSettings(database);
  if (unsafe.length === 0) return;
  if (mode === 'production') throw new DrimError('DRIM-107', unsafe.join(', '));
  logger.warn('database.unsafe', { detail: `a commit may be lost: ${unsafe.join(', ')} off, tolerated in test mode` });
}
