import { freePort, type ManagedProcess } from '@drimbox/supervisor';
import type { Broker, Database } from '../../stack/servers.js';
import { reservePorts, startService } from '../../stack/services.js';
import { DRIMBOX_A, registrySite, type SandboxSite } from '../../stack/sites.js';
import { writeRegistry } from '../../stack/stack.js';
import { SERVICES } from '@drimbox/contracts';
import { surroundingsAlone } from '../common/surroundings.js';

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
  const around = await surroundingsAlone(dir, site, started);
  const port = await freePort();
  const pacs = { host: '127.0.0.1', port: await freePort(), storePort: await freePort() };
  const registryFile = await writeRegistry(dir, {
    version: 1,
    sites: [registrySite(site, 1, { hl7Port: port, pacs })],
  });
  const service = await startService('hl7-ingest', {
    ...around,
    registryFile,
    drimbox: DRIMBOX_A,
    doors: { wado: 0, vi: 0 },
    ports: await reservePorts(SERVICES),
  });
  started(service);
  return { ...around, service, port };
}
