import { join } from 'node:path';
import { LinkReports, SpeedTestReport, SpeedTestReports } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { dataSetOf, digestOf } from '../images/data-set-of.js';
import type { Retrieved } from '../images/retrieve-client.js';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy, type Series, type Study } from '../studies/generate-study.js';
import { withPacsLink } from './play.js';

const VIEWER = { purpose: 'viewer', flow: 'test' } as const;

const JPEG_LS = '1.2.840.10008.1.2.4.80';
const EXPLICIT = '1.2.840.10008.1.2.1';

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
    study = generateStudy({
      number: 501,
      series: [
        { modality: 'CT', instances: 12, size: 'real' },
        { modality: 'MR', instances: 5 },
        { modality: 'US', instances: 1, frames: 4 },
      ],
    });
    const speedTest = { study: study.uid, transferSyntax: JPEG_LS, tolerancePercent: 2 };
    mesh = await Mesh.start({ dir: join(dir, 'mesh'), registry: withPacsLink(0, { speedTest }) });
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

  async function startTest(link: string): Promise<{ status: number; body: unknown }> {
    const asked = { method: 'POST', path: `/links/${link}/speed-tests`, account: 'claire' };
    const { status, body } = await mesh.exchange('pacs-bridge', asked);
    return { status, body: JSON.parse(body.toString('utf8')) as unknown };
  }

  it('the speed of a link is measured on its reference study, and what differs is told', async () => {
    const { status, body } = await startTest('pacs-alpha');
    expect(status).toBe(202);
    const begun = SpeedTestReport.parse(body);
    expect(begun).toMatchObject({ state: 'running', study: study.uid });
    const ended = await eventually(async () => {
      const [latest] = await mesh.ask('pacs-bridge', '/links/pacs-alpha/speed-tests', SpeedTestReports);
      if (latest?.state !== 'done') throw new Error('still running');
      return latest;
    }, 20_000);
    const bytes = study.series
      .flatMap(({ instances }) => instances)
      .reduce((sum, one) => sum + dataSetOf(one.file()).length, 0);
    expect(ended).toMatchObject({
      testId: begun.testId,
      outcome: 'complete',
      code: 'DRIM-318',
      instances: 18,
      bytes,
      transferSyntaxes: [EXPLICIT],
      warnings: [`received in ${EXPLICIT}, expected in ${JPEG_LS}`],
    });
    expect(ended.millisecondsToFirst).toBeGreaterThan(0);
    expect(ended.megabitsPerSecond).toBeGreaterThan(0);
  });

  it('a link without a reference study says so', async () => {
    expect(await startTest('pacs-beta')).toMatchObject({ status: 409, body: { code: 'DRIM-317' } });
  });
});
