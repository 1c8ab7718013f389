import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DcmqrscpServer, freePort, startDcmqrscp } from '@drimbox/supervisor';
import { tempDir } from '@drimbox/testing';
import { dataSetOf, digestOf } from '../images/data-set-of.js';
import type { Retrieved } from '../images/retrieve-client.js';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy, instancesOf, type Study } from '../studies/generate-study.js';
import { testPatient } from '../studies/test-patient.js';
import { changeRegistry, sendReport, withPacsLink } from './play.js';

const expectedOf = (study: Study): string[] =>
  instancesOf(study)
    .map((one) => `${one.sopInstanceUid} ${digestOf(dataSetOf(one.file()))}`)
    .toSorted();
const received = ({ objects }: Retrieved): string[] =>
  objects.map(({ sopInstance, digest }) => `${sopInstance} ${digest}`).toSorted();
const wanted = (study: Study) => ({
  study: study.uid,
  series: study.series[0]!.uid,
  purpose: 'exchange' as const,
  flow: study.uid,
});

describe('two kinds of PACS', () => {
  const dir = tempDir();
  let mesh: Mesh;
  let archive: DcmqrscpServer;
  let storePort: number;

  beforeAll(async () => {
    storePort = await freePort();
    archive = await startDcmqrscp({
      dir: join(dir, 'dcmqrscp'),
      aet: 'ARCHIVE',
      peers: [{ aet: 'DRIMBOXBETA', host: '127.0.0.1', port: storePort }],
    });
    mesh = await Mesh.start({
      dir: join(dir, 'mesh'),
      registry: (registry) =>
        withPacsLink(1, {
          port: archive.dicomPort,
          calledAe: archive.aet,
          listen: { host: '127.0.0.1', port: storePort, allow: ['127.0.0.1'], furtherAes: [], maxAssociations: 16 },
        })(withPacsLink(0, { maxAssociations: 20 })(registry)),
    });
  }, 120_000);
  afterAll(async () => {
    await mesh?.stop();
    await archive?.stop();
  });

  async function storeInArchive(study: Study): Promise<void> {
    const folder = await mkdtemp(join(dir, 'study-'));
    const files = instancesOf(study).map((_, index) => join(folder, `${index}.dcm`));
    await Promise.all(instancesOf(study).map((instance, index) => writeFile(files[index]!, instance.file())));
    await promisify(execFile)('storescu', ['-aec', archive.aet, archive.host, String(archive.dicomPort), ...files], {
      env: { ...process.env, TCP_NODELAY: '1' },
    });
  }

  it('20 series of 20 patients at once over one AE: each reader gets its own, every byte of it (P5)', async () => {
    const studies = Array.from({ length: 20 }, (_, index) =>
      generateStudy({
        number: 700 + index,
        patient: testPatient(index),
        series: [{ modality: 'CT', instances: 6, size: { rows: 256, columns: 256 } }],
      }),
    );
    for (const study of studies) await loadStudy(mesh.stack.pacs[0]!, study);
    const all = await Promise.all(studies.map((study) => mesh.retrieve(wanted(study))));
    for (const [index, got] of all.entries()) {
      expect(got.outcome).toEqual({ outcome: 'complete', received: 6, expected: 6 });
      expect(received(got)).toEqual(expectedOf(studies[index]!));
    }
  });

  it('dcmqrscp gives the same bytes, by C-MOVE', async () => {
    const study = generateStudy({ number: 730, series: [{ modality: 'MR', instances: 8 }] });
    await storeInArchive(study);
    const got = await mesh.retrieve(wanted(study), { site: 1 });
    expect(got.outcome).toEqual({ outcome: 'complete', received: 8, expected: 8 });
    expect(received(got)).toEqual(expectedOf(study));
  });

  it('dcmqrscp leaves the SOP classes out of its answers: they are learnt from the objects, and the pointer is published', async () => {
    const study = generateStudy({ number: 731, series: [{ modality: 'CT', instances: 2 }] });
    await storeInArchive(study);
    await sendReport(mesh, [study], { document: 731, site: 1 });
    const exam = await mesh.examIn(study.uid, 'published');
    expect((await mesh.entriesOf(study.uid)).map(({ uniqueId }) => uniqueId)).toEqual([exam.kos]);
  });

  it.each([0, 1])('by C-GET where the link says so: site %i', async (site) => {
    await changeRegistry(mesh, ['pacs-bridge'], withPacsLink(site, { retrieveBy: 'get' }));
    const study = generateStudy({ number: 740 + site, series: [{ modality: 'DX', instances: 3 }] });
    await (site === 0 ? loadStudy(mesh.stack.pacs[0]!, study) : storeInArchive(study));
    const got = await mesh.retrieve(wanted(study), { site });
    expect(got.outcome).toEqual({ outcome: 'complete', received: 3, expected: 3 });
    expect(received(got)).toEqual(expectedOf(study));
  });
});
