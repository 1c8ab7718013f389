import { join } from 'node:path';
import { readKos } from '@drimbox/dicom';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy, type Study } from '../studies/generate-study.js';
import { startService } from '../stack/services.js';
import { sendReport } from './play.js';

describe('the Key Objects of a study', () => {
  const dir = tempDir();
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start({ dir: join(dir, 'mesh') });
  }, 120_000);
  afterAll(() => mesh?.stop());

  const studyOf = (number: number, keyObject: boolean): Study =>
    generateStudy({
      number,
      series: [{ modality: 'MR', instances: 3 }, ...(keyObject ? [{ modality: 'KO' } as const] : [])],
    });
  const KEY_OBJECT = 1;
  const keyObjectOf = (study: Study): string => study.series[KEY_OBJECT]!.instances[0]!.sopInstanceUid;

  async function published(study: Study, document: number): Promise<string> {
    await loadStudy(mesh.stack.pacs[0]!, study);
    await sendReport(mesh, [study], { document });
    return (await mesh.examIn(study.uid, 'published')).kos ?? '';
  }
  /** By series, the Key Objects that flag each instance. */
  async function flagsOf(kos: string): Promise<(readonly string[])[][]> {
    const read = readKos(await mesh.dmp.document(kos));
    if (!read.ok) throw new Error(read.reason);
    return read.value.series.map(({ instances }) => instances.map(({ keyObjects }) => keyObjects));
  }

  it('are fetched, and the images they flag say so in the KOS', async () => {
    const study = studyOf(801, true);
    const flag = [keyObjectOf(study)];
    expect(await flagsOf(await published(study, 801))).toEqual([[flag, flag, flag], [[]]]);
  });

  it('pointers of an earlier release are built again by setting only, and only where there are Key Objects', async () => {
    const [study, without] = [studyOf(802, true), studyOf(803, false)];
    const before = [await published(study, 802), await published(without, 803)];
    // As an earlier release has left them.
    await mesh.sql('kos-publisher', 'update kos_version set key_images = false');
    const publisher = mesh.stack.services['kos-publisher'];
    await publisher.restart();
    await mesh.settled();
    expect((await mesh.examIn(study.uid, 'published')).kos).toBe(before[0]);
    await publisher.stop();
    const env = { 'kos-publisher': { DRIMBOX_KOS_REBUILD_KEY_IMAGES: 'true' } };
    const other = await startService('kos-publisher', { ...mesh.stack.around, env });
    try {
      await eventually(async () => {
        const { kos } = await mesh.examIn(study.uid, 'published');
        if (kos === before[0]) throw new Error('not built again');
      }, 20_000);
      const flag = [keyObjectOf(study)];
      expect(await flagsOf((await mesh.examIn(study.uid, 'published')).kos ?? '')).toEqual([[flag, flag, flag], [[]]]);
      expect((await mesh.entriesOf(study.uid)).map(({ status }) => status.split(':').at(-1)).toSorted()).toEqual([
        'Approved',
        'Deprecated',
      ]);
      expect((await mesh.examIn(without.uid, 'published')).kos).toBe(before[1]);
    } finally {
      await other.stop();
      await publisher.restart();
    }
  });
});
