import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SiteRegistry } from '@drimbox/contracts';
import { type DcmqrscpServer, startDcmqrscp } from '@drimbox/supervisor';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { reportedStudy, type ReportOptions } from '../ris/cda/report-options.js';
import { instancesOf, type Study, type StudyOptions } from '../studies/generate-study.js';
import { changeRegistry, examWaiting, playStudy, sendReport, studyOf, withPacsLink } from './play.js';
import { PacsRelay } from './pacs-relay.js';

const RETRIES = { DRIMBOX_RETRY_PACS_SECONDS: '0.3,0.5', DRIMBOX_RETRY_ABSENT_SECONDS: '0.3,0.5' };
const ALPHA = 0;
const BETA = 1;

/** The first site's PACS stands behind a relay that breaks it on demand, the second's is reached directly. */
describe('a PACS that fails', () => {
  let mesh: Mesh;
  let relay: PacsRelay;
  let archive: DcmqrscpServer;
  afterAll(async () => {
    await mesh?.stop();
    await archive?.stop();
    await relay?.stop();
  });
  const dir = tempDir();

  beforeAll(async () => {
    relay = await PacsRelay.start();
    archive = await startDcmqrscp({ dir: join(dir, 'dcmqrscp'), aet: 'ARCHIVE' });
    mesh = await Mesh.start({ dir: join(dir, 'mesh'), env: { 'kos-publisher': RETRIES }, registry: behindTheRelay });
  }, 120_000);
  beforeEach(() => {
    relay.mode = 'pass';
  });

  function behindTheRelay(registry: SiteRegistry): SiteRegistry {
    const orthanc = registry.sites[ALPHA]!.pacsLinks[0]!;
    relay.target = { host: orthanc.host, port: orthanc.port };
    return withPacsLink(ALPHA, { port: relay.port, answerSeconds: 2, maxAssociations: 2, echoSeconds: 3600 })(registry);
  }

  async function storeInArchive(study: Study): Promise<void> {
    const folder = await mkdtemp(join(dir, 'study-'));
    const files = await Promise.all(
      instancesOf(study).map(async (instance, index) => {
        const file = join(folder, `${index}.dcm`);
        await writeFile(file, instance.file());
        return file;
      }),
    );
    await promisify(execFile)('storescu', ['-aec', archive.aet, archive.host, String(archive.dicomPort), ...files], {
      env: { ...process.env, TCP_NODELAY: '1' },
    });
  }

  async function expectPublishedOnce(study: Study): Promise<void> {
    const exam = await mesh.examIn(study.uid, 'published');
    expect((await mesh.entriesOf(study.uid)).map(({ uniqueId }) => uniqueId)).toEqual([exam.kos]);
  }

  it('a PACS that leaves the SOP class out, optional in PS3.4 §C.6.1.1.5: DRIM-304, published once another one gives it', async () => {
    const study = studyOf(401);
    const { port, calledAe } = mesh.stack.pacs.map(({ dicomPort, aet }) => ({ port: dicomPort, calledAe: aet }))[BETA]!;
    await storeInArchive(study);
    await changeRegistry(mesh, ['pacs-bridge'], withPacsLink(BETA, { port: archive.dicomPort, calledAe: archive.aet }));
    await sendReport(mesh, [study], { document: 401, site: BETA });
    const held = await examWaiting(mesh, study.uid, { state: 'searching', code: 'DRIM-304' });
    expect(held).toMatchObject({ kos: null, cause: { detail: 'answer without SOP Class UID' } });
    await loadStudy(mesh.stack.pacs[BETA]!, study);
    await changeRegistry(mesh, ['pacs-bridge'], withPacsLink(BETA, { port, calledAe }));
    await expectPublishedOnce(study);
  });

  it('stopped: the exam waits with DRIM-300 and goes on when the PACS is back', async () => {
    const pacs = mesh.stack.pacs[BETA]!;
    const study = studyOf(402);
    await loadStudy(pacs, study);
    await pacs.stop();
    await sendReport(mesh, [study], { document: 402, site: BETA });
    const held = await examWaiting(mesh, study.uid, { state: 'searching', code: 'DRIM-300', attempts: 2 });
    expect(held.nextAttemptAt).not.toBeNull();
    expect(await mesh.entriesOf(study.uid)).toEqual([]);
    await pacs.restart();
    await expectPublishedOnce(study);
  });

  it('cut in the middle of an association: DRIM-300, then published', async () => {
    relay.mode = 'cut';
    const study = await playStudy(mesh, 403);
    await examWaiting(mesh, study.uid, { state: 'searching', code: 'DRIM-300' });
    relay.mode = 'pass';
    await expectPublishedOnce(study);
  });

  it('a study that is absent: DRIM-400, no KOS; published by itself once the PACS has it', async () => {
    const study = studyOf(404);
    await sendReport(mesh, [study], { document: 404 });
    const held = await examWaiting(mesh, study.uid, { state: 'absent', code: 'DRIM-400', attempts: 2 });
    expect(held).toMatchObject({ kos: null });
    expect(held.nextAttemptAt).not.toBeNull();
    await loadStudy(mesh.stack.pacs[ALPHA]!, study);
    await expectPublishedOnce(study);
  });

  const otherAccession = (study: Study): Partial<ReportOptions> => ({
    studies: [{ ...reportedStudy(study), accession: 'ANOTHER' }],
  });
  it.each<[what: string, code: string, number: number, cda: (study: Study) => Partial<ReportOptions>]>([
    ['accession number', 'DRIM-401', 405, otherAccession],
    ['local patient id', 'DRIM-402', 406, () => ({ patientId: 'ANOTHER' })],
  ])('%s that differs: no KOS, and the cause is said', async (_, code, number, cda) => {
    const study = studyOf(number);
    await loadStudy(mesh.stack.pacs[ALPHA]!, study);
    await sendReport(mesh, [study], { document: number, cda: cda(study) });
    const exam = await mesh.examIn(study.uid, 'mismatched');
    expect(exam).toMatchObject({ kos: null, nextAttemptAt: null, cause: { code } });
    expect(await mesh.entriesOf(study.uid)).toEqual([]);
  });

  it.each<[what: string, number: number, pacs: Partial<StudyOptions>, cda: (study: Study) => Partial<ReportOptions>]>([
    ['accession number, from the PACS', 408, { accession: '' }, otherAccession],
    ['local patient id, from the report', 409, {}, () => ({ patientId: null })],
    ['local patient id, from the PACS', 410, { patientId: '' }, () => ({ patientId: 'IPP410' })],
  ])('absent %s: no mismatch, published', async (_, number, pacs, cda) => {
    const study = studyOf(number, pacs);
    await loadStudy(mesh.stack.pacs[ALPHA]!, study);
    await sendReport(mesh, [study], { document: number, cda: cda(study) });
    await expectPublishedOnce(study);
  });

  it('accession number absent from the report: no mismatch; the DMP of the sandbox demands one, and its refusal is said', async () => {
    const study = studyOf(407);
    await loadStudy(mesh.stack.pacs[ALPHA]!, study);
    const { accession: _, ...reported } = reportedStudy(study);
    await sendReport(mesh, [study], { document: 407, cda: { studies: [reported] } });
    const exam = await mesh.examIn(study.uid, 'refused');
    expect(exam.steps.map(({ event }) => event)).toEqual(['report.new', 'pacs.found', 'dmp.refused']);
    expect(exam.cause).toMatchObject({ code: 'DRIM-502', detail: 'XDSRegistryMetadataError' });
  });

  it('an AE title that the PACS does not know: DRIM-302, published once the registry is mended', async () => {
    await changeRegistry(mesh, ['pacs-bridge'], withPacsLink(ALPHA, { calledAe: 'NOBODY' }));
    const study = await playStudy(mesh, 411);
    const held = await examWaiting(mesh, study.uid, { state: 'searching', code: 'DRIM-302' });
    expect(held.nextAttemptAt).not.toBeNull();
    await changeRegistry(mesh, ['pacs-bridge'], withPacsLink(ALPHA, { calledAe: mesh.stack.sites[ALPHA]!.pacsAe }));
    await expectPublishedOnce(study);
  });

  it('20 reports at once: never more associations than the link allows', async () => {
    const studies = Array.from({ length: 20 }, (_, index) => studyOf(420 + index));
    for (const study of studies) await loadStudy(mesh.stack.pacs[ALPHA]!, study);
    relay.forget();
    await Promise.all(studies.map((study, index) => sendReport(mesh, [study], { document: 420 + index })));
    for (const study of studies) await expectPublishedOnce(study);
    expect(relay.total).toBe(studies.length);
    expect(relay.most).toBe(2);
  });

  it('a PACS that takes connections and never answers: DRIM-301; the other links go on meanwhile', async () => {
    relay.mode = 'silent';
    const stuck = await playStudy(mesh, 412);
    await eventually(() => relay.open > 0);
    const free = studyOf(413);
    await loadStudy(mesh.stack.pacs[BETA]!, free);
    await sendReport(mesh, [free], { document: 413, site: BETA });
    await expectPublishedOnce(free);
    const held = await examWaiting(mesh, stuck.uid, { state: 'searching', code: 'DRIM-301' });
    expect(held.nextAttemptAt).not.toBeNull();
    relay.mode = 'pass';
    await expectPublishedOnce(stuck);
  });

  it('a full queue is said, and empties by itself', async () => {
    await changeRegistry(mesh, ['pacs-bridge'], withPacsLink(ALPHA, { maxAssociations: 1, maxQueue: 0 }));
    relay.mode = 'silent';
    const first = await playStudy(mesh, 414);
    await eventually(() => relay.open > 0);
    const second = await playStudy(mesh, 415);
    await examWaiting(mesh, second.uid, { state: 'searching', code: 'DRIM-305' });
    relay.mode = 'pass';
    await expectPublishedOnce(first);
    await expectPublishedOnce(second);
  });
});
