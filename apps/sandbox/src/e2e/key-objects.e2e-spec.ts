import { join } from 'node:path';
import { readKos } from '@drimbox/dicom';
import { tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy } from '../studies/generate-study.js';
import { sendReport } from './play.js';

describe('the Key Objects of a study', () => {
  const dir = tempDir();
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start({ dir: join(dir, 'mesh') });
  }, 120_000);
  afterAll(() => mesh?.stop());

  it('are fetched, and the images they flag say so in the KOS', async () => {
    const study = generateStudy({ number: 801, series: [{ modality: 'MR', instances: 3 }, { modality: 'KO' }] });
    await loadStudy(mesh.stack.pacs[0]!, study);
    await sendReport(mesh, [study], { document: 801 });
    const exam = await mesh.examIn(study.uid, 'published');
    const read = readKos(await mesh.dmp.document(exam.kos ?? ''));
    if (!read.ok) throw new Error(read.reason);
    const keyObject = study.series[1]!.instances[0]!.sopInstanceUid;
    const flags = read.value.series.map(({ instances }) => instances.map(({ keyObjects }) => keyObjects));
    expect(flags).toEqual([[[keyObject], [keyObject], [keyObject]], [[]]]);
  });
});
