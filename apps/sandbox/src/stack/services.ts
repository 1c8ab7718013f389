import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceName, SERVICES } from '@drimbox/contracts';
import { freePort, type ManagedProcess, startProcess } from '@drimbox/supervisor';
import type { Certificates } from './certificates.js';
import { PSC_CERTIFICATE, pscClientIdOf } from './certificates.js';
import type { Nation } from './nation.js';
import type { Broker, Database } from './servers.js';
import type { SandboxDrimbox } from './sites.js';
import { fcClientIdOf, viewerLoginFiles } from './viewer-login.js';

/** Root of the repository: this file is four folders deep, as source and as build. */
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export interface ServiceSurroundings {
  readonly dir: string;
  readonly database: Database;
  readonly broker: Broker;
  readonly certificates: Certificates;
  readonly registryFile: string;
  /** Absent for a service that meets nobody outside. */
  readonly nation?: Nation;
  readonly drimbox: SandboxDrimbox;
  /** Doors to the outside, of a DRIMbox that exchanges images. */
  readonly doors: { readonly wado: number; readonly vi: number };
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
      ...peersOf(around),
      ...SETTINGS[name]?.(around),
      ...around.env?.[name],
    },
    logFile: join(around.dir, `${name}.log`),
    ready: { jsonLine: true },
    readyTimeoutMs: START_TIMEOUT_MS,
  });
}

const peersOf = ({ ports }: ServiceSurroundings): Record<string, string> =>
  Object.fromEntries(SERVICES.map((peer) => [peerVariable(peer), `https://127.0.0.1:${ports[peer].http}`]));
const peerVariable = (peer: ServiceName): string => `DRIMBOX_PEER_${peer.replaceAll('-', '_').toUpperCase()}_URL`;

/** What each service is told besides what all of them are. */
const SETTINGS: Partial<Record<ServiceName, (around: ServiceSurroundings) => Record<string, string>>> = {
  'pacs-bridge': ({ dir }) => ({ DRIMBOX_SPOOL_DIR: join(dir, 'spool') }),
  'kos-publisher': ({ certificates, nation }) => ({
    DRIMBOX_CERTIFICATES_DIR: certificates.storeDir,
    DRIMBOX_DMP_REPOSITORY_URL: `${nation?.dmp.url}/repository`,
    DRIMBOX_DMP_REGISTRY_URL: `${nation?.dmp.url}/registry`,
    // UUID-derived OID (ITU-T X.667): an id of this run, not of any editor.
    DRIMBOX_XDS_SOURCE_ID: `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`.slice(0, 40),
    // The sandbox's DMP does late only what a fault on demand delays.
    DRIMBOX_DMP_LATE_SECONDS: '5',
    DRIMBOX_LPS_ID: 'SANDBOX-LPS',
    DRIMBOX_LPS_HOMOLOGATION_ID: 'SANDBOX-HOMOLOGATION',
  }),
  'whitelist-sync': ({ certificates, ...around }) => {
    const { whiteList, caFile } = exchangeOf(around.nation);
    return {
      DRIMBOX_WHITE_LIST_URL: whiteList.listUrl,
      DRIMBOX_WHITE_LIST_CA_FILE: caFile,
      DRIMBOX_CRL_URLS: whiteList.crlUrls.join(','),
      DRIMBOX_PUBLIC_CERTIFICATES_DIR: certificates.exchangeDir,
    };
  },
  'wado-gateway': ({ certificates, nation, drimbox, doors }) => {
    const { psc, caFile } = exchangeOf(nation);
    return {
      DRIMBOX_CERTIFICATES_DIR: certificates.exchangeDir,
      DRIMBOX_WADO_PORT: String(doors.wado),
      DRIMBOX_PSC_ISSUER: psc.issuer,
      DRIMBOX_PSC_DISCOVERY_URL: psc.discoveryUrl,
      DRIMBOX_PSC_CLIENT_ID: pscClientIdOf(drimbox),
      DRIMBOX_PSC_CERTIFICATE: PSC_CERTIFICATE,
      DRIMBOX_PSC_CA_FILE: caFile,
    };
  },
  'source-viewer': ({ certificates, nation, drimbox, doors }) => {
    const { psc, franceConnect, caFile } = exchangeOf(nation);
    const { secretFile, keyFile } = viewerLoginFiles(certificates.viewerDir);
    return {
      DRIMBOX_CERTIFICATES_DIR: certificates.viewerDir,
      DRIMBOX_VI_PORT: String(doors.vi),
      DRIMBOX_VI_PUBLIC_PORT: String(doors.vi),
      DRIMBOX_PSC_ISSUER: psc.issuer,
      DRIMBOX_PSC_DISCOVERY_URL: psc.discoveryUrl,
      DRIMBOX_PSC_CLIENT_ID: pscClientIdOf(drimbox),
      DRIMBOX_PSC_CERTIFICATE: PSC_CERTIFICATE,
      DRIMBOX_PSC_CA_FILE: caFile,
      DRIMBOX_FC_ISSUER: franceConnect.issuer,
      DRIMBOX_FC_DISCOVERY_URL: franceConnect.discoveryUrl,
      DRIMBOX_FC_CLIENT_ID: fcClientIdOf(drimbox),
      DRIMBOX_FC_SECRET_FILE: secretFile,
      DRIMBOX_FC_KEY_FILES: keyFile,
      DRIMBOX_FC_CA_FILE: caFile,
      DRIMBOX_HELP_CONTACT: '01 99 00 00 00',
    };
  },
};

function exchangeOf(nation: Nation | undefined): NonNullable<Nation['exchange']> {
  if (!nation?.exchange) throw new Error('this country exchanges no images');
  return nation.exchange;
}

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
