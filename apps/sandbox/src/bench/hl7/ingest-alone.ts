import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type ManagedProcess } from '@drimbox/supervisor';
import { makeAuthorities, makeCertificates } from '../../stack/certificates.js';
import { type Broker, type Database, openBroker, openDatabase } from '../../stack/servers.js';
import { installBus, reservePorts, startService } from '../../stack/services.js';
import { DRIMBOX_A, registrySite, type SandboxSite } from '../../stack/sites.js';
import { writeRegistry } from '../../stack/stack.js';
import { SERVICES } from '@drimbox/contracts';

export interface IngestAlone {
  readonly database: Database;
  readonly broker: Broker;
  readonly service: ManagedProcess;
  readonly port: number;
}

/** hl7-ingest with what it needs: durable PostgreSQL and the bus. Nobody consumes its events. */
export async function startIngestAlone(
  dir: string,
  site: SandboxSite,
  started: (part: { stop(): Promise<unknown> }) => void,
): Promise<IngestAlone> {
  await mkdir(dir, { recursive: true, mode: 0o711 });
  const certificates = await makeCertificates(join(dir, 'pki'), [site], await makeAuthorities());
  const database = await openDatabase(join(dir, 'postgres'), true);
  started(database.server);
  const broker = await openBroker(join(dir, 'nats'), certificates);
  started(broker.server);
  await installBus({ dir, broker, certificates });
  const port = await freePort();
  const pacs = { host: '127.0.0.1', port: await freePort(), storePort: await freePort() };
  const registryFile = await writeRegistry(dir, {
    version: 1,
    sites: [registrySite(site, 1, { hl7Port: port, pacs })],
  });
  const service = await startService('hl7-ingest', {
    dir,
    database,
    broker,
    certificates,
    registryFile,
    drimbox: DRIMBOX_A,
    doors: { wado: 0, vi: 0 },
    ports: await reservePorts(SERVICES),
  });
  started(service);
  return { database, broker, service, port };
}
