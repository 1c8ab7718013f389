import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@drimbox/contracts';
import { freePort, type ManagedProcess, startProcess } from '@drimbox/supervisor';
import type { Certificates } from './certificates.js';
import type { Broker, Database } from './servers.js';

/** Root of the repository: this file is four folders deep, as source and as build. */
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export interface ServiceSurroundings {
  readonly dir: string;
  readonly database: Database;
  readonly broker: Broker;
  readonly certificates: Certificates;
  readonly registryFile: string;
  readonly dmpUrl: string;
  /** Ports fixed beforehand, so that a service that restarts keeps its address. */
  readonly ports: Readonly<Record<ServiceName, { http: number; ops: number }>>;
  /** Added to the environment of one service. */
  readonly env?: Partial<Record<ServiceName, Record<string, string>>>;
}

export async function reservePorts(services: readonly ServiceName[]): Promise<ServiceSurroundings['ports']> {
  const ports = {} as Record<ServiceName, { http: number; ops: number }>;
  for (const service of services) ports[service] = { http: await freePort(), ops: await freePort() };
  return ports;
}

export function startService(name: ServiceName, around: ServiceSurroundings): Promise<ManagedProcess> {
  const { http, ops } = around.ports[name];
  return startProcess({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', join(REPOSITORY, `apps/${name}/dist/main.js`)],
    env: {
      DRIMBOX_MODE: 'test',
      DRIMBOX_REGISTRY_FILE: around.registryFile,
      DRIMBOX_DATABASE_URL: around.database.urls[name],
      DRIMBOX_NATS_URL: around.broker.server.url,
      DRIMBOX_NATS_SEED_FILE: around.broker.seedFiles[name],
      DRIMBOX_INTERNAL_TLS_DIR: around.certificates.internalDir(name),
      DRIMBOX_HTTP_PORT: String(http),
      DRIMBOX_OPS_PORT: String(ops),
      DRIMBOX_PEER_HL7_INGEST_URL: `https://127.0.0.1:${around.ports['hl7-ingest'].http}`,
      DRIMBOX_PEER_PACS_BRIDGE_URL: `https://127.0.0.1:${around.ports['pacs-bridge'].http}`,
      ...(name === 'pacs-bridge' ? { DRIMBOX_SPOOL_DIR: join(around.dir, 'spool') } : {}),
      ...(name === 'kos-publisher' ? publisherSettings(around) : {}),
      ...around.env?.[name],
    },
    logFile: join(around.dir, `${name}.log`),
    ready: { jsonLine: true },
    readyTimeoutMs: START_TIMEOUT_MS,
  });
}

const publisherSettings = ({ certificates, dmpUrl }: ServiceSurroundings): Record<string, string> => ({
  DRIMBOX_CERTIFICATES_DIR: certificates.storeDir,
  DRIMBOX_DMP_REPOSITORY_URL: `${dmpUrl}/repository`,
  DRIMBOX_DMP_REGISTRY_URL: `${dmpUrl}/registry`,
  // UUID-derived OID (ITU-T X.667): an id of this run, not of any editor.
  DRIMBOX_XDS_SOURCE_ID: `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`.slice(0, 40),
  // The sandbox's DMP does late only what a fault on demand delays.
  DRIMBOX_DMP_LATE_SECONDS: '5',
  DRIMBOX_LPS_ID: 'SANDBOX-LPS',
  DRIMBOX_LPS_HOMOLOGATION_ID: 'SANDBOX-HOMOLOGATION',
});

/** Streams and durables are made by an operator identity: services have no right to. */
export async function installBus(around: Pick<ServiceSurroundings, 'dir' | 'broker' | 'certificates'>): Promise<void> {
  const run = await startProcess({
    name: 'bus installer',
    command: process.execPath,
    args: [join(REPOSITORY, 'libs/bus/dist/install.main.js')],
    env: {
      DRIMBOX_NATS_URL: around.broker.server.url,
      DRIMBOX_NATS_SEED_FILE: around.broker.seedFiles.operator,
      DRIMBOX_INTERNAL_TLS_DIR: around.certificates.internalDir('operator'),
    },
    logFile: join(around.dir, 'bus-installer.log'),
  });
  const { code } = await run.exited;
  if (code !== 0) throw new Error(`the bus could not be installed, see ${join(around.dir, 'bus-installer.log')}`);
}
