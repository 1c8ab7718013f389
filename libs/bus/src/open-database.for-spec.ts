import type { ServiceName } from '@drimbox/contracts';
import { type OpenDatabase, openDatabase } from '@drimbox/persistence';
import { BUS_MIGRATIONS } from './migrations.js';
import { silentLogger } from './events.for-spec.js';

const EFFECT = { name: 'test-effect', sql: 'create table effect (event_id uuid not null, sequence int not null)' };

/** The tables of the bus and one of effects, on a database that is there; for any process, jest's or not. */
export const openBusDatabase = (service: ServiceName, url: string): Promise<OpenDatabase> =>
  openDatabase({ url, service, mode: 'test', migrations: [...BUS_MIGRATIONS, EFFECT], logger: silentLogger });
