import { Mesh } from '../mesh/mesh.js';
import { SITES } from '../stack/sites.js';

/** Short pauses between attempts; what is tried again, and how often, stays as in production. */
export const IMPATIENT = {
  DRIMBOX_RETRY_PACS_SECONDS: '1,2,5',
  DRIMBOX_RETRY_DMP_SECONDS: '1,2,5',
  DRIMBOX_RETRY_ABSENT_SECONDS: '2,5',
  DRIMBOX_LEASE_SECONDS: '20',
};

const DURABLE = 'fsync=on full_page_writes=on synchronous_commit=on';

/** One site, real flushes to disk. @throws when PostgreSQL does not say that its commits are durable. */
export async function durableMesh(dir: string): Promise<Mesh> {
  const mesh = await Mesh.start({ dir, durable: true, sites: [SITES[0]!], env: { 'kos-publisher': IMPATIENT } });
  const settings = await mesh.sql(
    'hl7-ingest',
    `select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
  );
  if (settings.join() === DURABLE) return mesh;
  await mesh.stop();
  throw new Error(`the database is not durable: ${settings.join()}`);
}
