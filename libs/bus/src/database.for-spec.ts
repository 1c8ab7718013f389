import type { ServiceName } from '@drimbox/contracts';
import type { OpenDatabase } from '@drimbox/persistence';
import { testDatabase } from '@drimbox/testing';
import { openBusDatabase } from './open-database.for-spec.js';

/** A database of its own with the tables of the bus; `url` opens it again, from another process too. */
export async function busDatabase(service: ServiceName): Promise<OpenDatabase & { url: string }> {
  const { url } = await testDatabase(service);
  return { ...(await openBusDatabase(service, url)), url };
}
