import { join } from 'node:path';
import { LinkReports } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { dataSetOf, digestOf } from '../images/data-set-of.js';
import type { Retrieved } from '../images/retrieve-client.js';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy, type Series, type Study } from '../studies/generate-study.js';

const VIEWER = { purpose: 'viewer', flow: 'test' } as const;

/** What the PACS was given, as a reader must get it. */
const expectedOf = (series: readonly Series[]): string[] =>
  series
    .flatMap(({ instances }) => instances.map((one) => `${one.sopInstanceUid} ${digestOf(dataSetOf(one.file()))}`))
    .toSorted();
const receivedOf = ({ objects }: Retrieved): string[] =>
  objects.map(({ sopInstance, digest }) => `${sopInstance} ${digest}`).toSorted();

describe('images out of a PACS that only speaks DIMSE', () => {
  let mesh: Mesh;
  let study: Study;
  const dir = tempDir();
  beforeAll(async () => {
    mesh = await Mesh.start({ dir: join(dir, 'mesh') });
    study = generateStudy({
      number: 501,
      series: [
        { modality: 'CT', instances: 12, size: 'real' },
        { modality: 'MR', instances: 5 },
        { modality: 'US', instances: 1, frames: 4 },
      ],
    });
    await loadStudy(mesh.stack.pacs[0]!, study);
  }, 120_000);
  afterAll(() => mesh?.stop());

  it('a series, byte for byte', async () => {
    const [ct] = study.series;
    const got = await mesh.retrieve({ study: study.uid, series: ct!.uid, ...VIEWER });
    expect(got.outcome).toEqual({ outcome: 'complete', received: 12, expected: 12 });
    expect(receivedOf(got)).toEqual(expectedOf([ct!]));
  });

  it('a study', async () => {
    const got = await mesh.retrieve({ study: study.uid, ...VIEWER });
    expect(got.outcome).toEqual({ outcome: 'complete', received: 18, expected: 18 });
    expect(receivedOf(got)).toEqual(expectedOf(study.series));
  });

  it('one instance, out of a series that is there or not', async () => {
    for (const { uid, instances } of study.series) {
      const last = instances.at(-1)!;
      const got = await mesh.retrieve({ study: study.uid, series: uid, instance: last.sopInstanceUid, ...VIEWER });
      expect(got.outcome).toEqual({ outcome: 'complete', received: 1, expected: 1 });
      expect(receivedOf(got)).toEqual([`${last.sopInstanceUid} ${digestOf(dataSetOf(last.file()))}`]);
    }
  });

  it('the PACS says that it is there', async () => {
    const reports = await eventually(async () => {
      const links = await mesh.ask('pacs-bridge', '/links', LinkReports);
      expect(links.map(({ state }) => state)).toEqual(['up', 'up']);
      return links;
    });
    expect(reports[0]).toMatchObject({ pacsLink: 'pacs-alpha', site: 'site-alpha', running: 0, waiting: 0 });
  });
});
