import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ManagedProcess, startProcess } from '@drimbox/supervisor';
import { Tag } from '../dataset/tags.js';
import { openPart10 } from '../dataset/part10.js';
import { CollectingStore } from '../testing/collecting-store.js';
import { datasetDigests, testObject, writeTestStudy } from '../testing/objects.js';
import { freePort, run, temporaryFolder } from '../testing/peers.js';
import { testScp } from '../testing/scp.js';
import { TransferSyntax } from '../uids.js';
import { echo } from '../client.js';
import { openAssociation } from './association.js';

/** DICOM over TLS (PS3.15 Annex B) with dcmtk's tools, each side authenticated, in both directions. */
const MR = '1.2.840.10008.5.1.4.1.1.4';
let folder: string;
const file = (name: string): string => path.join(folder, name);

/** One self-signed certificate a side: each trusts the other's alone. RSA, as dcmtk 3.6.7's profile asks. */
async function certificate(name: string): Promise<void> {
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)];
  expect((await run('openssl', [...request, ...names, ...files])).code).toBe(0);
}

beforeAll(async () => {
  folder = temporaryFolder();
  await Promise.all(['ours', 'theirs', 'stranger'].map(certificate));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ours = () => ({
  key: readFileSync(file('ours.key')),
  cert: readFileSync(file('ours.pem')),
  ca: readFileSync(file('theirs.pem')),
});
const toolOptions = (name: string): string[] => [
  '+tls',
  file(`${name}.key`),
  file(`${name}.pem`),
  '+cf',
  file('ours.pem'),
];

describe('storescu +tls sends to us', () => {
  it('with a certificate we trust: every byte; with another, or none: nothing', async () => {
    const store = new CollectingStore();
    const { listener, events } = await testScp({
      store: store.handler,
      tls: { ...ours(), requestCert: true, rejectUnauthorized: true },
    });
    const files = writeTestStudy(folder, 1, 3, {});
    const send = (options: string[]) =>
      run('storescu', [...options, '-aec', 'DRIMBOX', '127.0.0.1', String(listener.port), ...files]);
    try {
      expect((await send(toolOptions('stranger'))).code).not.toBe(0);
      expect((await send([])).code).not.toBe(0);
      expect(store.objects).toEqual([]);
      expect(events.some(({ type }) => type === 'accepted')).toBe(false);
      const sent = await send(toolOptions('theirs'));
      expect({ code: sent.code, output: sent.code === 0 ? '' : sent.output }).toEqual({ code: 0, output: '' });
      expect(store.digests).toEqual(datasetDigests(files));
    } finally {
      await listener.close();
    }
  });
});

describe('we send to storescp +tls', () => {
  let scp: ManagedProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    scp = await startProcess({
      name: 'storescp',
      command: 'storescp',
      args: [...toolOptions('theirs'), '-od', folder, '-aet', 'PACS', String(port)],
      env: { TCP_NODELAY: '1' },
      logFile: file('storescp.log'),
      ready: { tcp: port },
    });
  });
  afterAll(() => scp?.stop());

  const peer = (tls: object) => ({ host: '127.0.0.1', port, calledAe: 'PACS', callingAe: 'DRIMBOX', tls });

  it('C-ECHO and C-STORE; not without our certificate, nor to one we do not trust', async () => {
    const sopInstance = '1.2.826.0.1.3680043.10.1.9';
    const object = testObject({ [Tag.SOPInstanceUID]: sopInstance, [Tag.PatientID]: 'P1' });
    const { bytes: dataset } = openPart10(object);
    const association = await openAssociation(peer(ours()), [
      { abstractSyntax: MR, transferSyntaxes: [TransferSyntax.ExplicitLittleEndian] },
    ]);
    if (!association.ok) throw new Error(association.failure.detail);
    const transferSyntax = TransferSyntax.ExplicitLittleEndian;
    const answer = await association.value.store({ sopClass: MR, sopInstance, transferSyntax, dataset });
    await association.value.release();
    expect(answer).toEqual({ ok: true, value: { status: 0, warning: false } });
    const [written] = readdirSync(folder).filter((name) => name.endsWith(sopInstance));
    expect(openPart10(readFileSync(file(written ?? ''))).bytes).toEqual(dataset);

    const { ca, key, cert } = ours();
    expect(await echo(peer({ ca, key, cert }))).toEqual({ ok: true, value: undefined });
    expect(await echo(peer({ ca }))).toMatchObject({ ok: false });
    const untrusted = await echo(peer({ key, cert, ca: readFileSync(file('stranger.pem')) }));
    expect(untrusted).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
  });
});

it('a file that is no certificate is a mistake of ours, said at once', async () => {
  writeFileSync(file('nonsense.pem'), 'nonsense');
  const tls = { key: readFileSync(file('nonsense.pem')), cert: readFileSync(file('nonsense.pem')) };
  await expect(testScp({ tls })).rejects.toThrow();
});
