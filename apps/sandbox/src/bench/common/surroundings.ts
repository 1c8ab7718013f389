import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeAuthorities, makeCertificates } from '../../stack/certificates.js';
import { openBroker, openDatabase } from '../../stack/servers.js';
import { installBus, type ServiceSurroundings } from '../../stack/services.js';
import type { SandboxSite } from '../../stack/sites.js';

/** What one service needs to run alone: certificates, a durable PostgreSQL, and the bus. */
export async function surroundingsAlone(
  dir: string,
  site: SandboxSite,
  started: (part: { stop(): Promise<unknown> }) => void,
): Promise<Pick<ServiceSurroundings, 'dir' | 'certificates' | 'database' | 'broker'>> {
  await mkdir(dir, { recursive: true, mode: 0o711 });
  const certificates = await makeCertificates(join(dir, 'pki'), [site], await makeAuthorities());
  const database = await openDatabase(join(dir, 'postgres'), true);
  started(database.server);
  const broker = await openBroker(join(dir, 'nats'), certificates);
  started(broker.server);
  await installBus({ dir, broker, certificates });
  return { dir, certificates, database, broker };
}
