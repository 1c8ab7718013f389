import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../network/free-port.js';
import { type ManagedProcess, startProcess } from '../process/start-process.js';
import { type DicomPeer, NO_DELAY } from './dicom-peer.js';

export interface DcmqrscpOptions {
  /** Holds the configuration, the log and the objects. */
  readonly dir: string;
  readonly aet: string;
  /** C-MOVE destinations; fixed at start. */
  readonly peers?: readonly DicomPeer[];
  readonly dicomPort?: number;
}

/** DCMTK's query/retrieve server as a PACS of another kind: strictly hierarchical, no REST; load it by C-STORE. */
export interface DcmqrscpServer {
  readonly aet: string;
  readonly host: string;
  readonly dicomPort: number;
  readonly process: ManagedProcess;
  stop(): Promise<void>;
}

const MAX_STUDIES = 500;

/** Writes the configuration and starts dcmqrscp. Throws one clear line when it does not come up. */
export async function startDcmqrscp(options: DcmqrscpOptions): Promise<DcmqrscpServer> {
  const { dir, aet, peers = [] } = options;
  const dicomPort = options.dicomPort ?? (await freePort());
  const objects = join(dir, 'objects');
  mkdirSync(objects, { recursive: true, mode: 0o700 });
  const file = join(dir, 'dcmqrscp.cfg');
  const configuration = [
    `NetworkTCPPort = ${dicomPort}`,
    'MaxPDUSize = 131072',
    'MaxAssociations = 32',
    'HostTable BEGIN',
    ...peers.map((peer, index) => `peer${index} = (${peer.aet}, ${peer.host}, ${peer.port})`),
    'HostTable END',
    'VendorTable BEGIN',
    'VendorTable END',
    'AETable BEGIN',
    `${aet} ${objects} RW (${MAX_STUDIES}, 1024mb) ANY`,
    'AETable END',
  ];
  writeFileSync(file, `${configuration.join('\n')}\n`, { mode: 0o600 });
  const server = await startProcess({
    name: `dcmqrscp ${aet}`,
    command: 'dcmqrscp',
    args: ['--config', file],
    env: NO_DELAY,
    cwd: dir,
    logFile: join(dir, 'dcmqrscp.log'),
    ready: { tcp: dicomPort },
  });
  return {
    aet,
    host: '127.0.0.1',
    dicomPort,
    process: server,
    async stop() {
      await server.stop();
    },
  };
}
