import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type OrthancServer, startDcmqrscp, startOrthanc } from '@drimbox/supervisor';
import { openAssociation } from '../association/association.js';
import type { Peer } from '../association/peer.js';
import { openPart10 } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { getContexts, MOVE_CONTEXT } from '../dimse/run-retrieve.js';
import { CollectingStore } from '../testing/collecting-store.js';
import { datasetDigests, squareImage, TEST_STUDY, testObject, writeTestStudy } from '../testing/objects.js';
import { run, temporaryFolder } from '../testing/peers.js';
import { type TestScp, testScp } from '../testing/scp.js';
import { TransferSyntax } from '../uids.js';

const MR = '1.2.840.10008.5.1.4.1.1.4';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const RLE = '1.2.840.10008.1.2.5';

let folder: string;
let files: string[];
let store: CollectingStore;
let scp: TestScp;

beforeAll(async () => {
  folder = temporaryFolder();
  files = writeTestStudy(folder, 2, 5, squareImage(64));
  // One object of each encapsulated kind, and one larger than many PDUs.
  const large = path.join(folder, 'large.dcm');
  const uids = { [Tag.StudyInstanceUID]: TEST_STUDY, [Tag.SeriesInstanceUID]: `${TEST_STUDY}.3` };
  const ids = { [Tag.PatientID]: 'P1', [Tag.SOPInstanceUID]: `${TEST_STUDY}.3.1` };
  writeFileSync(large, testObject({ ...uids, ...ids, ...squareImage(1200) }));
  const jpeg = path.join(folder, 'jpeg.dcm');
  const rle = path.join(folder, 'rle.dcm');
  expect((await run('dcmcjpeg', [files[0] ?? '', jpeg])).code).toBe(0);
  expect((await run('dcmcrle', [files[1] ?? '', rle])).code).toBe(0);
  files = [jpeg, rle, ...files.slice(2), large];
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  store = new CollectingStore();
  scp = await testScp({ store: store.handler });
});
afterEach(() => scp.listener.close());

const port = (): string => String(scp.listener.port);

it('echoscu', async () => {
  expect((await run('echoscu', ['-aec', 'DRIMBOX', '127.0.0.1', port()])).code).toBe(0);
  expect(scp.events.map(({ type }) => type)).toEqual(['accepted', 'ended']);
});

it.each([
  ['explicit little endian', '-xe', TransferSyntax.ExplicitLittleEndian],
  ['implicit little endian', '-xi', TransferSyntax.ImplicitLittleEndian],
])('storescu, %s', async (_, flag, syntax) => {
  const plain = files.slice(2);
  expect((await run('storescu', [flag, '-aet', 'SENDER', '-aec', 'DRIMBOX', '127.0.0.1', port(), ...plain])).code).toBe(
    0,
  );
  expect(store.objects).toHaveLength(plain.length);
  expect(store.objects[0]?.request).toMatchObject({
    sopClass: MR,
    transferSyntax: syntax,
    association: { callingAe: 'SENDER', calledAe: 'DRIMBOX', address: '127.0.0.1' },
  });
  if (syntax === TransferSyntax.ExplicitLittleEndian) expect(store.digests).toEqual(datasetDigests(plain));
});

it('dcmsend: every syntax as it is, byte for byte', async () => {
  expect((await run('dcmsend', ['-dn', '-aec', 'DRIMBOX', '127.0.0.1', port(), ...files])).code).toBe(0);
  expect(store.digests).toEqual(datasetDigests(files));
  expect(new Set(store.objects.map(({ request }) => request.transferSyntax))).toEqual(
    new Set([JPEG_LOSSLESS, RLE, TransferSyntax.ExplicitLittleEndian]),
  );
});

it('a late answer keeps the sender waiting, objects in order', async () => {
  await scp.listener.close();
  let open = 0;
  store = new CollectingStore(async () => {
    open += 1;
    expect(open).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open -= 1;
    return 0;
  });
  scp = await testScp({ store: store.handler });
  expect((await run('dcmsend', ['-dn', '-aec', 'DRIMBOX', '127.0.0.1', port(), ...files])).code).toBe(0);
  expect(store.digests).toEqual(datasetDigests(files));
});

describe('Orthanc as source', () => {
  let orthanc: OrthancServer;
  let dir: string;
  let peer: Peer;
  const study = { level: 'STUDY', keys: { [Tag.StudyInstanceUID]: TEST_STUDY } } as const;

  beforeAll(async () => {
    dir = temporaryFolder();
    orthanc = await startOrthanc({ dir, aet: 'ORTHANC' });
    peer = { host: '127.0.0.1', port: orthanc.dicomPort, calledAe: 'ORTHANC', callingAe: 'DRIMBOX' };
    expect((await run('dcmsend', ['-dn', '-aec', 'ORTHANC', '127.0.0.1', String(peer.port), ...files])).code).toBe(0);
  });
  afterAll(async () => {
    await orthanc.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(() => orthanc.addPeer({ aet: 'DRIMBOX', host: '127.0.0.1', port: scp.listener.port }));

  it('C-MOVE: every object, byte for byte, with the move that caused it', async () => {
    const association = await openAssociation(peer, [MOVE_CONTEXT]);
    if (!association.ok) throw new Error(association.failure.detail);
    const answer = await association.value.move({ ...study, destination: 'DRIMBOX', messageId: 4242 });
    await association.value.release();
    expect(answer).toMatchObject({
      ok: true,
      value: { status: 0, completed: files.length, failed: 0, failedInstances: [] },
    });
    expect(store.digests).toEqual(datasetDigests(files));
    expect(store.objects[0]?.request.moveOriginator).toEqual({ ae: 'DRIMBOX', messageId: 4242 });
  });

  it('movescu moves to us, as a PACS under another hand', async () => {
    const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${TEST_STUDY}`];
    const args = ['-S', '-aet', 'OTHER', '-aec', 'ORTHANC', '-aem', 'DRIMBOX', '127.0.0.1', String(peer.port), ...keys];
    expect((await run('movescu', args)).code).toBe(0);
    expect(store.digests).toEqual(datasetDigests(files));
  });

  it('C-MOVE to a destination it does not know: refused with its status', async () => {
    const association = await openAssociation(peer, [MOVE_CONTEXT]);
    if (!association.ok) throw new Error(association.failure.detail);
    const answer = await association.value.move({ ...study, destination: 'NOBODY' });
    await association.value.release();
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'refused' } });
  });

  it('C-MOVE of which some objects are refused: the counts say so, and which', async () => {
    await scp.listener.close();
    const refused = `${TEST_STUDY}.2.3`;
    store = new CollectingStore(({ sopInstance }) => (sopInstance === refused ? 0xa700 : 0));
    scp = await testScp({ store: store.handler });
    await orthanc.addPeer({ aet: 'DRIMBOX', host: '127.0.0.1', port: scp.listener.port });
    const association = await openAssociation(peer, [MOVE_CONTEXT]);
    if (!association.ok) throw new Error(association.failure.detail);
    const answer = await association.value.move({ ...study, destination: 'DRIMBOX' });
    await association.value.release();
    // Orthanc ends such a move with a failure status of its own, other PACS with B000.
    if (answer.ok) expect(answer.value.failed).toBeGreaterThan(0);
    else expect(answer.failure.kind).toBe('refused');
  });

  it('C-GET: every object on the same association, byte for byte', async () => {
    const syntaxes = [TransferSyntax.ExplicitLittleEndian, JPEG_LOSSLESS, RLE];
    const association = await openAssociation(peer, getContexts([MR], syntaxes));
    if (!association.ok) throw new Error(association.failure.detail);
    const progress: number[] = [];
    const answer = await association.value.get(
      { ...study, onProgress: ({ completed }) => progress.push(completed) },
      store.handler,
    );
    await association.value.release();
    expect(answer).toMatchObject({ ok: true, value: { status: 0, completed: files.length, failed: 0 } });
    expect(store.digests).toEqual(datasetDigests(files));
    expect(progress.length).toBeGreaterThan(0);
  });

  it('C-STORE, from a buffer and in pieces: arrives byte for byte', async () => {
    const association = await openAssociation(scp.peer, [
      { abstractSyntax: MR, transferSyntaxes: [JPEG_LOSSLESS, RLE, TransferSyntax.ExplicitLittleEndian] },
    ]);
    if (!association.ok) throw new Error(association.failure.detail);
    for (const file of files) {
      const { meta, transferSyntax, bytes } = openPart10(readFileSync(file));
      const sopInstance = meta.getString(Tag.MediaStorageSOPInstanceUID) ?? '';
      const pieces = async function* (): AsyncGenerator<Buffer> {
        for (let at = 0; at < bytes.length; at += 99_991) yield bytes.subarray(at, at + 99_991);
      };
      const dataset = file.endsWith('large.dcm') ? pieces() : bytes;
      const moveOriginator = { ae: 'MOVER', messageId: 7 };
      const answer = await association.value.store({
        sopClass: MR,
        sopInstance,
        transferSyntax,
        dataset,
        moveOriginator,
      });
      expect(answer).toEqual({ ok: true, value: { status: 0, warning: false } });
    }
    await association.value.release();
    expect(store.digests).toEqual(datasetDigests(files));
    expect(store.objects[0]?.request.moveOriginator).toEqual({ ae: 'MOVER', messageId: 7 });
  });
});

it('dcmqrscp as source: C-MOVE at SERIES level', async () => {
  const dir = temporaryFolder();
  const pacs = await startDcmqrscp({
    dir,
    aet: 'QRSCP',
    peers: [{ aet: 'DRIMBOX', host: '127.0.0.1', port: scp.listener.port }],
  });
  const peer = { host: '127.0.0.1', port: pacs.dicomPort, calledAe: 'QRSCP', callingAe: 'DRIMBOX' };
  const plain = files.slice(2, -1);
  expect((await run('storescu', ['-xe', '-aec', 'QRSCP', '127.0.0.1', String(peer.port), ...plain])).code).toBe(0);
  const association = await openAssociation(peer, [MOVE_CONTEXT]);
  if (!association.ok) throw new Error(association.failure.detail);
  const keys = { [Tag.StudyInstanceUID]: TEST_STUDY, [Tag.SeriesInstanceUID]: `${TEST_STUDY}.2` };
  const answer = await association.value.move({ level: 'SERIES', keys, destination: 'DRIMBOX' });
  await association.value.release();
  await pacs.stop();
  rmSync(dir, { recursive: true, force: true });
  expect(answer).toMatchObject({ ok: true, value: { status: 0, completed: 5, failed: 0 } });
  expect(store.digests).toEqual(datasetDigests(plain.filter((file) => path.basename(file).startsWith('2-'))));
});
