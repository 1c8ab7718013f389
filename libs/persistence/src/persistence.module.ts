import type { ServiceName } from '@drimbox/contracts';
import { type CommonConfig, CONFIG, Health, Lifecycle, Logger, Metrics, SERVICE_NAME } from '@drimbox/service';
import { type DynamicModule, Module } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { Database } from './database/database.js';
import { type OpenDatabase, openDatabase } from './database/open-database.js';
import type { Migration } from './migrations/migrate.js';
import { poolGauges } from './pool-gauges.js';

export interface PersistenceOptions {
  readonly migrations: readonly Migration[];
  readonly entities?: DataSourceOptions['entities'];
  readonly poolSize?: number;
  readonly statementMilliseconds?: number;
}

/**
 * Gives `Database` to every module of the service: `imports: [PersistenceModule.of({ migrations })]`.
 * The schema is up to date before anything else of the service runs.
 */
@Module({})
export class PersistenceModule {
  static of(options: PersistenceOptions): DynamicModule {
    const database = {
      provide: Database,
      inject: [CONFIG, SERVICE_NAME, Logger, Lifecycle, Health, Metrics],
      useFactory: async (
        config: CommonConfig,
        service: ServiceName,
        logger: Logger,
        lifecycle: Lifecycle,
        health: Health,
        metrics: Metrics,
      ): Promise<Database> => {
        const opened = await openDatabase({
          ...options,
          url: config.databaseUrl,
          mode: config.mode,
          service,
          logger,
          stopping: () => lifecycle.stopping,
        });
        lifecycle.onDrain('store', 'database', () => opened.source.destroy());
        health.register({ name: 'database', kind: 'ready', check: () => reachable(opened) });
        poolGauges(metrics, opened.pool);
        return opened.database;
      },
    };
    return { module: PersistenceModule, global: true, providers: [database], exports: [Database] };
  }
}

async function reachable({ database }: OpenDatabase): Promise<{ ok: true }> {
  await database.query('select 1');
  return { ok: true };
}
