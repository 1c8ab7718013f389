import { join } from 'node:path';
import { samplesDir, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { reportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy } from '../studies/generate-study.js';

/** Two sites, each with its structure, its RIS and its PACS; the second feeds the DMP under its legal entity's certificate. */
describe('a validated report becomes a pointer in the DMP', () => {
  let mesh: Mesh;
  const samples = samplesDir();
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, xsdDir: samples && join(samples, 'interop/xds-xsd') });
  }, 120_000);
  afterAll(() => mesh?.stop());

  it.each([0, 1])('site %d: acknowledged, built, published in the name of its own structure', async (index) => {
    const site = mesh.stack.sites[index]!;
    const study = generateStudy({
      number: 910 + index,
      series: [{ modality: 'CT', instances: 3 }, { modality: 'KO' }],
    });
    await loadStudy(mesh.stack.pacs[index]!, study);
    const answer = await mesh.send(reportOf(site, [study], { document: 910 + index }), { site: index });
    expect(answer.ok && answer.ack.code).toBe('AA');

    const exam = await mesh.examIn(study.uid, 'published');
    const [entry, ...others] = await mesh.entriesOf(study.uid);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ uniqueId: exam.kos, typeCode: 'IMG-KOS' });
    expect(JSON.stringify(entry)).toContain(site.structure.id);
    const [submission] = (await mesh.dmp.submissions()).slice(-1);
    expect(submission).toMatchObject({ verdict: 'accepted', schema: samples ? 'valid' : 'unavailable' });
  });
});
