import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServiceName, SERVICES, type SiteRegistry } from '@drimbox/contracts';
import { freePort, type ManagedProcess, type OrthancServer, startOrthanc } from '@drimbox/supervisor';
import { type Certificates, makeCertificates } from './certificates.js';
import { DRIMBOXES, type Nation, startNation } from './nation.js';
import { type Broker, type Database, openBroker, openDatabase } from './servers.js';
import { installBus, reservePorts, type ServiceSurroundings, startService } from './services.js';
import { registerViewer } from './viewer-login.js';
import { callingAeOf, DRIMBOX_A, registrySite, type SandboxDrimbox, type SandboxSite } from './sites.js';

export interface StackOptions {
  /** Everything of this run is below; made when missing. */
  readonly dir: string;
  /** Real flushes to disk: for crash tests and benches. */
  readonly durable?: boolean;
  /** Which DRIMbox of the country this is. */
  readonly drimbox?: SandboxDrimbox;
  /** Other sites than those of the DRIMbox. */
  readonly sites?: readonly SandboxSite[];
  /** Images are exchanged: with a white list, Pro Santé Connect, and the services that give images to others. */
  readonly exchange?: boolean;
  /** The country it lives in; one of its own when absent. */
  readonly nation?: Nation;
  /** Folder of the XDS schemas, when the official samples are on this machine. */
  readonly xsdDir?: string | undefined;
  readonly env?: ServiceSurroundings['env'];
  /** Plugins of every PACS. */
  readonly pacsPlugins?: readonly string[];
  /** Changes the registry before the services read it. */
  readonly registry?: (registry: SiteRegistry) => SiteRegistry;
  readonly onStep?: (name: string, milliseconds: number) => void;
}

/** Services that turn a report into a pointer; a stack always has them. */
export const REPORT_SERVICES = ['hl7-ingest', 'pacs-bridge', 'kos-publisher'] as const satisfies ServiceName[];
/** Those that give images to others. */
export const EXCHANGE_SERVICES = ['whitelist-sync', 'wado-gateway', 'source-viewer'] as const satisfies ServiceName[];
type ReportService = (typeof REPORT_SERVICES)[number];
export type StackServices = Readonly<
  Record<ReportService, ManagedProcess> & Partial<Record<ServiceName, ManagedProcess>>
>;

/** One DRIMbox on this machine: servers, product, and the country it lives in. */
export interface Stack {
  readonly dir: string;
  readonly drimbox: SandboxDrimbox;
  readonly nation: Nation;
  readonly sites: readonly SandboxSite[];
  readonly certificates: Certificates;
  readonly database: Database;
  readonly broker: Broker;
  readonly pacs: readonly OrthancServer[];
  readonly dmp: Nation['dmp'];
  readonly services: StackServices;
  readonly around: ServiceSurroundings;
  /** MLLP port of a site's listener. */
  hl7Port(siteId: string): number;
  stop(): Promise<void>;
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, drimbox = DRIMBOX_A, sites = drimbox.sites } = options;
  await mkdir(dir, { recursive: true, mode: 0o711 });
  const started: { stop(): Promise<unknown> }[] = [];
  const stop = async (): Promise<void> => {
    for (const part of started.splice(0).toReversed()) await part.stop();
  };
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    options.onStep?.(name, performance.now() - from);
    return result;
  };
  try {
    const nation =
      options.nation ??
      (await step('country', () =>
        startNation({
          dir,
          sites: options.exchange ? DRIMBOXES.flatMap((one) => one.sites) : sites,
          xsdDir: options.xsdDir,
          exchange: options.exchange ? DRIMBOXES : undefined,
        }),
      ));
    if (!options.nation) started.push(nation);
    const certificates = await step('certificates', () => makeCertificates(join(dir, 'pki'), sites, nation, drimbox));
    const database = await step('PostgreSQL', () => openDatabase(join(dir, 'postgres'), options.durable ?? false));
    started.push(database.server);
    const broker = await step('NATS', async () => {
      const opened = await openBroker(join(dir, 'nats'), certificates);
      started.push(opened.server);
      await installBus({ dir, broker: opened, certificates });
      return opened;
    });
    // Where each PACS sends what it is asked for: registered there beforehand, as its administrator would.
    const storePorts = await Promise.all(sites.map(() => freePort()));
    const pacs = await step('PACS', () =>
      Promise.all(
        sites.map((site, index) =>
          startOrthanc({
            dir: join(dir, site.pacsAe.toLowerCase()),
            aet: site.pacsAe,
            plugins: options.pacsPlugins ?? [],
            peers: [{ aet: callingAeOf(site), host: '127.0.0.1', port: storePorts[index] ?? missing(site.id) }],
          }),
        ),
      ),
    );
    started.push(...pacs);

    const hl7Ports = await Promise.all(sites.map(() => freePort()));
    const registryFile = await writeRegistry(
      dir,
      registryOf(drimbox, sites, hl7Ports, pacs, storePorts),
      options.registry,
    );
    const around: ServiceSurroundings = {
      dir,
      database,
      broker,
      certificates,
      registryFile,
      nation,
      drimbox,
      doors: { wado: await freePort(), vi: await freePort() },
      ports: await reservePorts(SERVICES),
      ...(options.env && { env: options.env }),
    };
    if (options.exchange) await registerViewer(around, sites.length);
    const start = async (name: ServiceName): Promise<ManagedProcess> => {
      const service = await startService(name, around);
      started.push(service);
      return service;
    };
    const services: StackServices = await step('services', async () => {
      const [ingest, bridge, publisher] = await Promise.all(REPORT_SERVICES.map(start));
      const [sync, gateway, viewer] = await Promise.all(options.exchange ? EXCHANGE_SERVICES.map(start) : []);
      if (!ingest || !bridge || !publisher) throw new Error('a service is missing');
      return {
        'hl7-ingest': ingest,
        'pacs-bridge': bridge,
        'kos-publisher': publisher,
        ...(sync && { 'whitelist-sync': sync }),
        ...(gateway && { 'wado-gateway': gateway }),
        ...(viewer && { 'source-viewer': viewer }),
      };
    });
    return {
      dir,
      drimbox,
      nation,
      sites,
      certificates,
      database,
      broker,
      pacs,
      dmp: nation.dmp,
      services,
      around,
      hl7Port: (siteId) => hl7Ports[sites.findIndex(({ id }) => id === siteId)] ?? missing(siteId),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function registryOf(
  drimbox: SandboxDrimbox,
  sites: readonly SandboxSite[],
  hl7Ports: readonly number[],
  pacs: readonly OrthancServer[],
  storePorts: readonly number[],
): SiteRegistry {
  return {
    version: 1,
    sites: sites.map((site, index) => {
      const server = pacs[index] ?? missing(site.id);
      const addresses = {
        hl7Port: hl7Ports[index] ?? missing(site.id),
        pacs: { host: server.host, port: server.dicomPort, storePort: storePorts[index] ?? missing(site.id) },
      };
      return registrySite(site, index + 1, addresses, drimbox);
    }),
  };
}

/** Written whole or not at all: services read it again whenever it changes. */
export async function writeRegistry(
  dir: string,
  registry: SiteRegistry,
  change: (registry: SiteRegistry) => SiteRegistry = (same) => same,
): Promise<string> {
  const file = join(dir, 'registry.json');
  await writeFile(`${file}.part`, JSON.stringify(change(registry), null, 2));
  await rename(`${file}.part`, file);
  return file;
}

const missing = (id: string): never => {
  throw new Error(`unknown site ${id}`);
};
