import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FindStudyAnswer, SERVICES } from '@drimbox/contracts';
import { freePort, type ManagedProcess, type OrthancServer, startOrthanc } from '@drimbox/supervisor';
import { Agent, request } from 'node:https';
import type { PacsBridgeDoor } from '../../images/retrieve-client.js';
import { reservePorts, startService } from '../../stack/services.js';
import { callingAeOf, DRIMBOX_A, registrySite, type SandboxSite } from '../../stack/sites.js';
import { writeRegistry } from '../../stack/stack.js';
import { surroundingsAlone } from '../common/surroundings.js';

/** A PACS, and pacs-bridge with the database and the bus it needs. */
export interface BridgeAlone {
  readonly pacs: OrthancServer;
  readonly service: ManagedProcess;
  readonly door: PacsBridgeDoor;
  readonly link: string;
  /** AE title and port at which pacs-bridge takes objects. */
  readonly store: { readonly aet: string; readonly port: number };
  readonly logFile: string;
}

export async function startBridgeAlone(
  dir: string,
  site: SandboxSite,
  started: (part: { stop(): Promise<unknown> }) => void,
): Promise<BridgeAlone> {
  const around = await surroundingsAlone(dir, site, started);
  const store = { aet: callingAeOf(site), port: await freePort() };
  const pacs = await startOrthanc({
    dir: join(dir, 'pacs'),
    aet: site.pacsAe,
    peers: [{ ...store, host: '127.0.0.1' }],
  });
  started(pacs);
  const entry = registrySite(site, 1, {
    hl7Port: await freePort(),
    pacs: { host: pacs.host, port: pacs.dicomPort, storePort: store.port },
  });
  const ports = await reservePorts(SERVICES);
  // To profile it: a module that does so, by `--import`.
  const nodeOptions = process.env['DRIMBOX_BENCH_NODE_OPTIONS'];
  const service = await startService('pacs-bridge', {
    ...around,
    registryFile: await writeRegistry(dir, { version: 1, sites: [entry] }),
    drimbox: DRIMBOX_A,
    doors: { wado: 0, vi: 0 },
    ports,
    env: {
      'pacs-bridge': {
        // A series that has been read is asked of the PACS again.
        DRIMBOX_SPOOL_KEEP_SECONDS: '0',
        ...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }),
      },
    },
  });
  started(service);
  const identity = around.certificates.internalDir('admin');
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(identity, name))),
  );
  if (!ca || !cert || !key) throw new Error('no certificate of the operators');
  return {
    pacs,
    service,
    door: { port: ports['pacs-bridge'].http, tls: { ca, cert, key } },
    link: `pacs-${site.letter}`,
    store,
    logFile: join(dir, 'pacs-bridge.log'),
  };
}

const agent = new Agent({ keepAlive: false });

/** What kos-publisher asks: every instance of a study. */
export function findStudy({ door, link }: BridgeAlone, study: string): Promise<FindStudyAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: 'localhost',
        port: door.port,
        method: 'POST',
        path: `/links/${link}/studies/find`,
        headers: { 'content-type': 'application/json' },
        ...door.tls,
        agent,
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (answer.statusCode === 200) resolve(JSON.parse(text) as FindStudyAnswer);
          else reject(new Error(`the study could not be found: HTTP ${answer.statusCode} ${text}`));
        });
      },
    );
    asked.on('error', reject).end(JSON.stringify({ study }));
  });
}
