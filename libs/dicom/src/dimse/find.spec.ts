import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openAssociation } from '../association/association.js';
import type { Peer } from '../association/peer.js';
import { echo, find } from '../client.js';
import { Tag } from '../dataset/tags.js';
import type { Attributes } from '../dataset/write-dataset.js';
import { TEST_STUDY, writeTestStudy } from '../testing/objects.js';
import { run, startDcmqrscp, startOrthanc, startStorescp, temporaryFolder, type TestPeer } from '../testing/peers.js';
import { ECHO_CONTEXT } from './echo.js';
import { FIND_CONTEXT } from './find.js';

const peerOf = (port: number, calledAe: string): Peer => ({ host: '127.0.0.1', port, calledAe, callingAe: 'DRIMBOX' });

const LATIN: Attributes = {
  [Tag.SpecificCharacterSet]: 'ISO_IR 100',
  [Tag.PatientName]: 'LEFÈVRE^Hélène',
  [Tag.StudyDescription]: 'Échographie du pied - côté gauche',
  [Tag.SeriesDescription]: 'Séquence n°1',
};

const seriesKeys = {
  [Tag.StudyInstanceUID]: TEST_STUDY,
  [Tag.SeriesInstanceUID]: '',
  [Tag.SeriesNumber]: '',
  [Tag.SeriesDescription]: '',
  [Tag.Modality]: '',
};
const imageKeys = {
  [Tag.SOPInstanceUID]: '',
  [Tag.SOPClassUID]: '',
  [Tag.InstanceNumber]: '',
  [Tag.NumberOfFrames]: '',
};
const studyKeys = {
  [Tag.StudyInstanceUID]: TEST_STUDY,
  [Tag.StudyDescription]: '',
  [Tag.PatientName]: '',
  [Tag.PatientID]: '',
  [Tag.StudyID]: '',
};

describe.each([
  ['dcmqrscp', 'QRSCP', startDcmqrscp],
  ['Orthanc', 'ORTHANC', startOrthanc],
])('C-FIND at %s', (_, ae, startPeer) => {
  let pacs: TestPeer;
  let peer: Peer;
  beforeAll(async () => {
    pacs = await startPeer();
    peer = peerOf(pacs.port, ae);
    const folder = temporaryFolder();
    writeTestStudy(folder, 3, 5, LATIN);
    const sent = await run('storescu', ['-aec', ae, '+sd', '127.0.0.1', String(pacs.port), folder]);
    rmSync(folder, { recursive: true });
    expect(sent).toEqual({ code: 0, output: '' });
  });
  afterAll(() => pacs.stop());

  it('answers echo', async () => {
    expect(await echo(peer)).toEqual({ ok: true, value: undefined });
  });

  it('finds the study with its accents, by the character set of the answer', async () => {
    const found = await find(peer, { level: 'STUDY', keys: studyKeys });
    if (!found.ok) throw new Error(found.failure.detail);
    expect(
      found.value.map((study) =>
        [Tag.PatientName, Tag.StudyDescription, Tag.PatientID].map((tag) => study.getString(tag)),
      ),
    ).toEqual([['LEFÈVRE^Hélène', 'Échographie du pied - côté gauche', 'P1']]);
  });

  it('finds series, then the instances of each, on one association', async () => {
    const association = await openAssociation(peer, [FIND_CONTEXT, ECHO_CONTEXT]);
    if (!association.ok) throw new Error(association.failure.detail);
    const series = await association.value.find({ level: 'SERIES', keys: seriesKeys });
    if (!series.ok) throw new Error(series.failure.detail);
    const uids = series.value.map((one) => one.getString(Tag.SeriesInstanceUID) ?? '').toSorted();
    expect(uids).toEqual([1, 2, 3].map((n) => `${TEST_STUDY}.${n}`));

    // Asked at once: the association itself puts them in turn.
    const answers = await Promise.all(
      uids.map((uid) =>
        association.value.find({
          level: 'IMAGE',
          keys: { [Tag.StudyInstanceUID]: TEST_STUDY, [Tag.SeriesInstanceUID]: uid, ...imageKeys },
        }),
      ),
    );
    expect(
      answers.map((answer) =>
        answer.ok ? answer.value.map((image) => image.getInt(Tag.InstanceNumber)).toSorted() : answer,
      ),
    ).toEqual(uids.map(() => [1, 2, 3, 4, 5]));
    expect(await association.value.echo()).toMatchObject({ ok: true });
    await association.value.release();
    expect(association.value.isOpen).toBe(false);
  });

  it('finds nothing for a study that is not there', async () => {
    expect(await find(peer, { level: 'STUDY', keys: { ...studyKeys, [Tag.StudyInstanceUID]: '1.2.3.4' } })).toEqual({
      ok: true,
      value: [],
    });
  });

  it('stops at the bound of answers', async () => {
    const keys = { [Tag.StudyInstanceUID]: TEST_STUDY, [Tag.SeriesInstanceUID]: `${TEST_STUDY}.1`, ...imageKeys };
    expect(await find(peer, { level: 'IMAGE', keys, maxAnswers: 2 })).toMatchObject({
      ok: false,
      failure: { kind: 'limit' },
    });
    expect(await find(peer, { level: 'IMAGE', keys, maxAnswers: 5 })).toMatchObject({ ok: true });
  });
});

describe('other peers of dcmtk', () => {
  it('rejected: dcmqrscp does not know the called AE title', async () => {
    const pacs = await startDcmqrscp();
    const answer = await echo(peerOf(pacs.port, 'NOBODY'));
    await pacs.stop();
    expect(answer).toEqual({
      ok: false,
      failure: { kind: 'rejected', detail: 'rejected permanently by the service user: called AE title not recognized' },
    });
  });

  it('storescp echoes, and refuses to be queried', async () => {
    const scp = await startStorescp();
    const echoed = await echo(peerOf(scp.port, 'ANY'));
    const found = await find(peerOf(scp.port, 'ANY'), { level: 'STUDY', keys: studyKeys });
    await scp.stop();
    expect(echoed.ok).toBe(true);
    expect(found).toMatchObject({ ok: false, failure: { kind: 'refused' } });
  });

  it('a PACS that mixes character sets answers each data set in its own', async () => {
    const pacs = await startDcmqrscp();
    const folder = temporaryFolder();
    const cases: readonly (readonly [string, string])[] = [
      ['ISO_IR 100', 'LEFÈVRE^Hélène'],
      ['ISO_IR 192', 'CŒUR-DE-LION^Gœrgè'],
      ['ISO_IR 101', 'Łukasz^Żółć'],
    ];
    for (const [index, [charset, name]] of cases.entries()) {
      const sub = path.join(folder, String(index));
      mkdirSync(sub);
      const uids = { [Tag.StudyInstanceUID]: `1.2.3.${index}`, [Tag.SeriesInstanceUID]: `1.2.3.${index}.1` };
      writeTestStudy(sub, 1, 1, {
        ...uids,
        [Tag.SOPInstanceUID]: `1.2.3.${index}.1.1`,
        [Tag.SpecificCharacterSet]: charset,
        [Tag.PatientName]: name,
      });
    }
    const sent = await run('storescu', ['-aec', 'QRSCP', '+r', '+sd', '127.0.0.1', String(pacs.port), folder]);
    rmSync(folder, { recursive: true });
    const found = await find(peerOf(pacs.port, 'QRSCP'), {
      level: 'STUDY',
      keys: { [Tag.StudyInstanceUID]: '', [Tag.PatientName]: '', [Tag.SpecificCharacterSet]: '' },
    });
    await pacs.stop();
    expect(sent.output).toBe('');
    const names = found.ok ? found.value.map((study) => study.getString(Tag.PatientName)).toSorted() : found;
    expect(names).toEqual(cases.map(([, name]) => name).toSorted());
  });
});
