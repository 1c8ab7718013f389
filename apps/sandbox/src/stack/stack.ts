import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceName, SERVICES, type SiteRegistry } from '@drimbox/contracts';
import { freePort, type ManagedProcess, type OrthancServer, startOrthanc, startProcess } from '@drimbox/supervisor';
import { type Certificates, makeCertificates } from './certificates.js';
import { type Broker, type Database, openBroker, openDatabase } from './servers.js';
import { installBus, reservePorts, type ServiceSurroundings, startService } from './services.js';
import { callingAeOf, registrySite, type SandboxSite, SITES, structuresOf } from './sites.js';

export interface StackOptions {
  /** Everything of this run is below; made when missing. */
  readonly dir: string;
  /** Real flushes to disk: for crash tests and benches. */
  readonly durable?: boolean;
  readonly sites?: readonly SandboxSite[];
  /** Folder of the XDS schemas, when the official samples are on this machine. */
  readonly xsdDir?: string | undefined;
  readonly env?: ServiceSurroundings['env'];
  /** Changes the registry before the services read it. */
  readonly registry?: (registry: SiteRegistry) => SiteRegistry;
  readonly onStep?: (name: string, milliseconds: number) => void;
}

/** The whole mesh on one machine: servers, national sandbox, product. */
export interface Stack {
  readonly dir: string;
  readonly sites: readonly SandboxSite[];
  readonly certificates: Certificates;
  readonly database: Database;
  readonly broker: Broker;
  readonly pacs: readonly OrthancServer[];
  readonly dmp: { readonly process: ManagedProcess; readonly url: string; readonly deskUrl: string };
  readonly services: Readonly<Record<ServiceName, ManagedProcess>>;
  readonly around: ServiceSurroundings;
  /** MLLP port of a site's listener. */
  hl7Port(siteId: string): number;
  stop(): Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, sites = SITES } = options;
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
    const certificates = await step('certificates', () => makeCertificates(join(dir, 'pki'), sites));
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
            peers: [{ aet: callingAeOf(site), host: '127.0.0.1', port: storePorts[index] ?? missing(site.id) }],
          }),
        ),
      ),
    );
    started.push(...pacs);
    const dmp = await step('DMP', () => startDmpProcess(dir, certificates, options.xsdDir, sites));
    started.push(dmp.process);

    const hl7Ports = await Promise.all(sites.map(() => freePort()));
    const registryFile = await writeRegistry(dir, registryOf(sites, hl7Ports, pacs, storePorts), options.registry);
    const around: ServiceSurroundings = {
      dir,
      database,
      broker,
      certificates,
      registryFile,
      dmpUrl: dmp.url,
      ports: await reservePorts(SERVICES),
      ...(options.env && { env: options.env }),
    };
    const services = await step('services', async () => {
      const processes = await Promise.all(SERVICES.map((name) => startService(name, around)));
      return Object.fromEntries(SERVICES.map((name, index) => [name, processes[index]])) as Record<
        ServiceName,
        ManagedProcess
      >;
    });
    started.push(...Object.values(services));
    return {
      dir,
      sites,
      certificates,
      database,
      broker,
      pacs,
      dmp,
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

async function startDmpProcess(
  dir: string,
  certificates: Certificates,
  xsdDir: string | undefined,
  sites: readonly SandboxSite[],
): Promise<Stack['dmp']> {
  const [port, deskPort] = [await freePort(), await freePort()];
  // Geographic structures that act under the certificate of their legal entity (FAQ-7).
  const legalEntities = Object.fromEntries(
    sites.flatMap(({ legalEntity, ...site }) =>
      legalEntity ? structuresOf(site).map(({ id }) => [id, legalEntity.id]) : [],
    ),
  );
  const dmp = await startProcess({
    name: 'DMP sandbox',
    command: process.execPath,
    args: ['--enable-source-maps', join(REPOSITORY, 'apps/sandbox/dist/dmp/main.js')],
    env: {
      DMP_PORT: String(port),
      DMP_DESK_PORT: String(deskPort),
      DMP_PKI_DIR: certificates.dmpDir,
      DMP_JOURNAL: join(dir, 'dmp.jsonl'),
      DMP_EJ_OF: JSON.stringify(legalEntities),
      DMP_XSD_DIR: xsdDir,
    },
    logFile: join(dir, 'dmp.log'),
    ready: { jsonLine: true },
  });
  return { process: dmp, url: `https://localhost:${port}`, deskUrl: `http://127.0.0.1:${deskPort}` };
}

function registryOf(
  sites: readonly SandboxSite[],
  hl7Ports: readonly number[],
  pacs: readonly OrthancServer[],
  storePorts: readonly number[],
): SiteRegistry {
  return {
    version: 1,
    sites: sites.map((site, index) => {
      const server = pacs[index] ?? missing(site.id);
      return registrySite(site, index + 1, {
        hl7Port: hl7Ports[index] ?? missing(site.id),
        pacs: { host: server.host, port: server.dicomPort, storePort: storePorts[index] ?? missing(site.id) },
      });
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
