import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPart10, type Peer, TransferSyntax } from '@drimbox/dicom';
import { freePort, type OrthancServer, startOrthanc } from '@drimbox/supervisor';
import { datasetDigests, TEST_STUDY, writeTestStudy } from '../src/testing/objects.js';
import { isAlive } from './echo.js';
import { instancesOf } from './find.js';
import { getSeries } from './get.js';
import { patientIdOf } from './heads.js';
import { addressesIn, manifestOf } from './kos.js';
import { moveSeries, toFiles } from './move.js';
import { sendFiles } from './store.js';

/** The examples of the README, run against a real PACS. */
const MR = '1.2.840.10008.5.1.4.1.1.4';
const SERIES = `${TEST_STUDY}.1`;
const EXPLICIT = TransferSyntax.ExplicitLittleEndian;

let folder: string;
let files: string[];
let pacs: OrthancServer;
let peer: Peer;
let ourPort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drimbox-examples-'));
  files = writeTestStudy(folder, 1, 4, {});
  ourPort = await freePort();
  pacs = await startOrthanc({
    dir: join(folder, 'pacs'),
    aet: 'PACS',
    peers: [{ aet: 'DRIMBOX', host: '127.0.0.1', port: ourPort }],
  });
  peer = { host: pacs.host, port: pacs.dicomPort, calledAe: 'PACS', callingAe: 'DRIMBOX' };
  expect(
    await sendFiles(
      peer,
      files.map((file) => readFileSync(file)),
    ),
  ).toEqual([0, 0, 0, 0]);
});
afterAll(async () => {
  await pacs?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const received = (into: string): ReadonlyMap<string, string> =>
  datasetDigests(readdirSync(into).map((name) => join(into, name)));

it('echo: alive, and the words of what is not', async () => {
  expect(await isAlive(peer.host, peer.port)).toBe('alive');
  expect(await isAlive(peer.host, await freePort())).toMatch(/^unreachable: /);
});

it('find: every instance of the study', async () => {
  expect(await instancesOf(peer, TEST_STUDY)).toEqual(new Map([[SERIES, expect.any(Array)]]));
  expect((await instancesOf(peer, TEST_STUDY)).get(SERIES)?.toSorted()).toEqual(
    [1, 2, 3, 4].map((number) => `${SERIES}.${number}`),
  );
});

it('move: the files that were sent come back, byte for byte', async () => {
  const into = mkdtempSync(join(folder, 'moved-'));
  const answer = await moveSeries(peer, { study: TEST_STUDY, series: SERIES }, toFiles(into), ourPort);
  expect(answer).toMatchObject({ status: 0, completed: 4, failed: 0 });
  expect(received(into)).toEqual(datasetDigests(files));
});

it('move: cancelled at the first object', async () => {
  const stop = new AbortController();
  const answer = await moveSeries(
    peer,
    { study: TEST_STUDY, series: SERIES },
    () => {
      stop.abort();
      return {
        write: () => true,
        end: () => new Promise((resolve) => setTimeout(() => resolve(0), 300)),
        fail: () => {},
      };
    },
    ourPort,
    stop.signal,
  );
  expect(answer).toMatch(/^cancelled: /);
});

it('get: the same on one association', async () => {
  const into = mkdtempSync(join(folder, 'got-'));
  const wanted = { study: TEST_STUDY, series: SERIES };
  expect(await getSeries(peer, wanted, toFiles(into), [MR], [EXPLICIT])).toMatchObject({ status: 0, completed: 4 });
  expect(received(into)).toEqual(datasetDigests(files));
});

it('heads: whose object it is, byte by byte; undefined of what is none', async () => {
  const { bytes } = openPart10(readFileSync(files[0] ?? ''));
  async function* dripped(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1);
  }
  async function* nonsense(): AsyncGenerator<Buffer> {
    yield Buffer.from('%PDF-1.7 and more');
  }
  expect(await patientIdOf(dripped(), EXPLICIT)).toBe('P1');
  expect(await patientIdOf(nonsense(), EXPLICIT)).toBeUndefined();
});

it('kos: what was built is read', () => {
  const kos = manifestOf(TEST_STUDY, SERIES, { sopClass: MR, sopInstance: `${SERIES}.1` }, '2.25');
  expect(addressesIn(kos)).toEqual([
    `https://db1.990.mesimagesmedicales.fr/drim-so/v1/rs/studies/${TEST_STUDY}/series/${SERIES}`,
  ]);
  expect(addressesIn(Buffer.from('no file'))).toBe('not a DICOM file');
});
