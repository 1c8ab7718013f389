import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../network/free-port.js';
import { type ManagedProcess, startProcess } from '../process/start-process.js';
import { type DicomPeer, NO_DELAY } from './dicom-peer.js';

export interface OrthancOptions {
  /** Holds the configuration, the log, the objects and their index. */
  readonly dir: string;
  readonly aet: string;
  readonly peers?: readonly DicomPeer[];
  readonly dicomPort?: number;
  readonly httpPort?: number;
  /** Files of the plugins it loads; none by default. */
  readonly plugins?: readonly string[];
}

const READY_TIMEOUT_MS = 30_000;

/** An Orthanc of our own as a PACS: DICOM and, without authentication, REST, both on the loopback. */
export class OrthancServer {
  readonly host = '127.0.0.1';

  constructor(
    readonly aet: string,
    readonly dicomPort: number,
    readonly restUrl: string,
    readonly process: ManagedProcess,
  ) {}

  /** Makes a C-MOVE destination known while the server runs; a restart forgets it. */
  async addPeer(peer: DicomPeer): Promise<void> {
    const response = await fetch(`${this.restUrl}/modalities/${encodeURIComponent(peer.aet)}`, {
      method: 'PUT',
      body: JSON.stringify({ AET: peer.aet, Host: peer.host, Port: peer.port }),
    });
    if (!response.ok) throw new Error(`Orthanc refused the peer ${peer.aet}: HTTP ${response.status}`);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  async kill9(): Promise<void> {
    await this.process.kill9();
  }

  /** Same ports, same objects. */
  restart(): Promise<void> {
    return this.process.restart();
  }
}

/** Writes the configuration and starts Orthanc. Throws one clear line when it does not come up. */
export async function startOrthanc(options: OrthancOptions): Promise<OrthancServer> {
  const { dir, aet, peers = [], plugins = [] } = options;
  const dicomPort = options.dicomPort ?? (await freePort());
  const httpPort = options.httpPort ?? (await freePort());
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const configuration = {
    Name: aet,
    StorageDirectory: join(dir, 'objects'),
    IndexDirectory: join(dir, 'index'),
    Plugins: plugins,
    HttpServerEnabled: true,
    HttpPort: httpPort,
    HttpBindAddresses: ['127.0.0.1'],
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomServerEnabled: true,
    DicomAet: aet,
    DicomPort: dicomPort,
    DicomCheckCalledAet: true,
    DicomModalities: Object.fromEntries(peers.map((peer) => [peer.aet, [peer.aet, peer.host, peer.port]])),
    DicomAlwaysAllowEcho: true,
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomAlwaysAllowMove: true,
    DicomAlwaysAllowStore: true,
    UnknownSopClassAccepted: true,
    TranscodeDicomProtocol: false,
    StorageCompression: false,
    OverwriteInstances: true,
    SaveJobs: false,
  };
  const file = join(dir, 'orthanc.json');
  writeFileSync(file, JSON.stringify(configuration, null, 2), { mode: 0o600 });
  const restUrl = `http://127.0.0.1:${httpPort}`;
  const server = await startProcess({
    name: `Orthanc ${aet}`,
    command: 'Orthanc',
    args: [file],
    env: NO_DELAY,
    cwd: dir,
    logFile: join(dir, 'orthanc.log'),
    ready: { url: `${restUrl}/system` },
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
  return new OrthancServer(aet, dicomPort, restUrl, server);
}
