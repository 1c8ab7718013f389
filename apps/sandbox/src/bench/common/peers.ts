import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, type OrthancServer, startProcess } from '@drimbox/supervisor';
import { dataSetOf, digestOf } from '../../images/data-set-of.js';
import type { DataSet } from './data-sets.js';

const run = promisify(execFile);
/** The loopback would show Nagle's algorithm and nothing else: every tool has it off. */
const ENV = { ...process.env, TCP_NODELAY: '1' };
const SCU_AE = 'BENCHSCU';

/** A C-STORE SCP of somebody else, to which `movescu` has the PACS send. */
export interface StorePeer {
  readonly aet: string;
  readonly port: number;
  /** Where it writes each object to a file; undefined when it writes none. */
  readonly folder?: string;
}

type Started = (part: { stop(): Promise<unknown> }) => void;

/** dcmtk's storescp, writing each object to a file on the disk that the spool is on. */
export async function startStorescp(dir: string, pacs: OrthancServer, started: Started): Promise<StorePeer> {
  const folder = join(dir, 'storescp');
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const aet = 'STORESCP';
  started(
    await startProcess({
      name: 'storescp',
      command: 'storescp',
      args: ['--output-directory', folder, '--aetitle', aet, '--max-pdu', '131072', '--accept-all', String(port)],
      env: { TCP_NODELAY: '1' },
      logFile: join(dir, 'storescp.log'),
      ready: { tcp: port },
    }),
  );
  await pacs.addPeer({ aet, host: '127.0.0.1', port });
  return { aet, port, folder };
}

/** dcmjs-dimse as its defaults make it: it parses each object and writes none. */
export async function startDcmjs(dir: string, pacs: OrthancServer, started: Started): Promise<StorePeer> {
  const port = await freePort();
  const aet = 'DCMJS';
  started(
    await startProcess({
      name: 'dcmjs-dimse',
      command: process.execPath,
      args: [fileURLToPath(new URL('dcmjs-scp.main.js', import.meta.url)), String(port)],
      logFile: join(dir, 'dcmjs.log'),
      ready: { tcp: port },
    }),
  );
  await pacs.addPeer({ aet, host: '127.0.0.1', port });
  return { aet, port };
}

const caller = (pacs: OrthancServer): string[] => ['--aetitle', SCU_AE, '--call', pacs.aet];
const address = (pacs: OrthancServer): string[] => [pacs.host, String(pacs.dicomPort)];
const keysOf = (level: string, { study, series }: Pick<DataSet, 'study' | 'series'>): string[] =>
  [`QueryRetrieveLevel=${level}`, `StudyInstanceUID=${study}`, `SeriesInstanceUID=${series}`].flatMap((key) => [
    '-k',
    key,
  ]);

/** One C-MOVE of the series to a peer: milliseconds, the start of movescu included. */
export async function moveTo(peer: StorePeer, pacs: OrthancServer, wanted: DataSet): Promise<number> {
  if (peer.folder !== undefined) {
    await rm(peer.folder, { recursive: true, force: true });
    await mkdir(peer.folder);
  }
  const args = [...caller(pacs), '--move', peer.aet, '--study', ...keysOf('SERIES', wanted), ...address(pacs)];
  const from = performance.now();
  await run('movescu', args, { env: ENV });
  return performance.now() - from;
}

/** Digests of the data sets that a peer has written, sorted. */
export async function digestsIn(folder: string): Promise<string[]> {
  const digests: string[] = [];
  for (const name of await readdir(folder)) digests.push(digestOf(dataSetOf(await readFile(join(folder, name)))));
  return digests.toSorted();
}

/** What it takes to start a tool of dcmtk, associate, and end: echoscu, milliseconds. */
export async function toolStart(pacs: OrthancServer): Promise<number> {
  const from = performance.now();
  await run('echoscu', [...caller(pacs), ...address(pacs)], { env: ENV });
  return performance.now() - from;
}

/** findscu for the instances of one series: milliseconds and how many it found. */
export async function findInstances(
  pacs: OrthancServer,
  wanted: DataSet,
): Promise<{ milliseconds: number; found: number }> {
  const keys = [
    ...keysOf('IMAGE', wanted),
    ...['SOPInstanceUID', 'SOPClassUID', 'InstanceNumber'].flatMap((key) => ['-k', key]),
  ];
  const from = performance.now();
  const { stdout, stderr } = await run(
    'findscu',
    ['--study', '--verbose', ...keys, ...caller(pacs), ...address(pacs)],
    {
      env: ENV,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const milliseconds = performance.now() - from;
  return { milliseconds, found: `${stdout}${stderr}`.match(/^I: Find Response: \d+ \(Pending\)/gm)?.length ?? 0 };
}
