import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OrthancServer, startOrthanc } from '@drimbox/supervisor';
import { generateStudy, instancesOf } from '../studies/generate-study.js';
import { clear, countInstances, deleteInstance, deleteStudy, loadInstances, loadStudy } from './pacs-loader.js';

describe('PACS loader', () => {
  let dir: string;
  let orthanc: OrthancServer;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'drimbox-loader-'));
    orthanc = await startOrthanc({ dir, aet: 'PACS1' });
  });
  afterAll(async () => {
    await orthanc.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('loads studies, in one go or in parts, and deletes what is asked', async () => {
    const first = generateStudy({ number: 101, series: [{ modality: 'CT', instances: 5 }, { modality: 'KO' }] });
    const second = generateStudy({ number: 102, series: [{ modality: 'MR', instances: 2 }] });
    await loadStudy(orthanc, first);
    await loadInstances(orthanc, instancesOf(second).slice(0, 1));
    expect(await countInstances(orthanc, first.uid)).toBe(6);
    expect(await countInstances(orthanc, second.uid)).toBe(1);

    expect(await deleteInstance(orthanc, instancesOf(first)[0]?.sopInstanceUid ?? '')).toBe(true);
    expect(await countInstances(orthanc, first.uid)).toBe(5);
    expect(await deleteStudy(orthanc, first.uid)).toBe(true);
    expect(await deleteStudy(orthanc, first.uid)).toBe(false);
    expect(await countInstances(orthanc, second.uid)).toBe(1);

    await clear(orthanc);
    expect(await countInstances(orthanc, second.uid)).toBe(0);
  });

  it('says what the PACS refused', async () => {
    const [object] = instancesOf(generateStudy({ series: [{ modality: 'CT' }] }));
    if (object === undefined) throw new Error('the study is empty');
    await expect(loadInstances(orthanc, [{ ...object, file: () => Buffer.from('not DICOM') }])).rejects.toThrow(
      'POST /instances answered HTTP 400',
    );
  });
});
