import { randomUUID } from 'node:crypto';
import type { ExamDetail, SiteRegistry } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { signatoryOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { TEST_RADIOLOGIST } from '../ris/actors.js';
import { reportCda } from '../ris/cda/report-cda.js';
import { reportedStudy } from '../ris/cda/report-options.js';
import { reportMessage } from '../ris/message/report-message.js';
import { startService } from '../stack/services.js';
import type { Study } from '../studies/generate-study.js';
import { documentId, hashedUid } from '../studies/numbering.js';
import { testPatient } from '../studies/test-patient.js';
import { accounts, indiscretions } from './left-behind.js';
import { changeRegistry, examWaiting, examWhere, logOf, sendReport, studyOf } from './play.js';
import { examAtRest, pointersOf } from './told-report.js';

const RETRIES = { DRIMBOX_RETRY_ABSENT_SECONDS: '0.3,0.5', DRIMBOX_RETRY_UNBUILDABLE_SECONDS: '0.3,0.5' };
const LATEST = { DRIMBOX_VISIBILITY_OF_SET: 'latest' };

/** Several reports, studies, patients and structures: one pointer for each study of a site, and nothing done twice. */
describe('the set of reports of a study', () => {
  let mesh: Mesh;
  afterAll(() => mesh?.stop());
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, env: { 'kos-publisher': RETRIES } });
  }, 120_000);

  const patientStudy = (number: number): Study => studyOf(number, { patient: testPatient(number) });

  async function loaded(number: number, site = 0): Promise<Study> {
    const study = patientStudy(number);
    await loadStudy(mesh.stack.pacs[site]!, study);
    return study;
  }

  async function published(number: number): Promise<Study> {
    const study = await loaded(number);
    await sendReport(mesh, [study], { document: number });
    await mesh.examIn(study.uid, 'published');
    return study;
  }

  /** The exam once its last step is about that event. */
  const examAfter = (study: Study, event: string): Promise<ExamDetail> =>
    examWhere(mesh, study.uid, ({ steps }) => steps.at(-1)?.event === event);

  /** A report that is no version of another one: a set of its own. */
  const ofItsOwn = (document: number) => ({ document, cda: { setId: hashedUid('report set', document) } });

  const pointers = async ({ uid }: Study): Promise<number> => (await mesh.entriesOf(uid)).length;

  it('a report already known by its CDA id, under another MSH-10: acknowledged, traced, no second KOS', async () => {
    const study = await published(701);
    await sendReport(mesh, [study], { document: 701 });
    const exam = await examWhere(mesh, study.uid, ({ steps }) => steps.length > 3);
    expect(exam).toMatchObject({ state: 'published', reports: 1, parked: 0 });
    expect(exam.steps.at(-1)).toMatchObject({ event: 'report.join', action: 'settle', cause: { code: 'DRIM-406' } });
    expect(await pointers(study)).toBe(1);
  });

  it('a second report joins the set of a published study, no second KOS', async () => {
    const study = await published(702);
    await sendReport(mesh, [study], ofItsOwn(7021));
    expect(await examAfter(study, 'report.join')).toMatchObject({ state: 'published', reports: 2, parked: 0 });
    expect(await pointers(study)).toBe(1);
  });

  /** Two reports on a study that the PACS gets afterwards: the pointer is made of both. */
  async function builtOfTwo(number: number): Promise<readonly string[]> {
    const study = patientStudy(number);
    await sendReport(mesh, [study], { document: number, flags: { INVISIBLE_PATIENT: true } });
    await examWaiting(mesh, study.uid, { state: 'absent', code: 'DRIM-400' });
    await sendReport(mesh, [study], ofItsOwn(number * 10));
    await examWhere(mesh, study.uid, ({ reports }) => reports === 2);
    await loadStudy(mesh.stack.pacs[0]!, study);
    await mesh.examIn(study.uid, 'published');
    const [entry, ...others] = await mesh.entriesOf(study.uid);
    expect(others).toEqual([]);
    return entry?.confidentialityCodes ?? [];
  }

  it('two reports before the KOS is built: the most restrictive visibility', async () => {
    expect(await builtOfTwo(703)).toContain('INVISIBLE_PATIENT');
  });

  it('two reports before the KOS is built, setting `latest`: the visibility of the last one', async () => {
    const publisher = mesh.stack.services['kos-publisher'];
    await publisher.stop();
    const around = { ...mesh.stack.around, env: { 'kos-publisher': { ...RETRIES, ...LATEST } } };
    const other = await startService('kos-publisher', around);
    try {
      expect(await builtOfTwo(704)).toEqual(['N']);
    } finally {
      await other.stop();
      await publisher.restart();
    }
  });

  it('a second report more restrictive than what is published: the pointer is replaced', async () => {
    const study = await published(705);
    await sendReport(mesh, [study], { ...ofItsOwn(7051), flags: { MASQUE_PS: true } });
    await examAtRest(mesh, study.uid, 'published');
    expect((await pointersOf(mesh, study.uid)).map(({ status, hidden }) => [status, hidden])).toEqual([
      ['Deprecated', []],
      ['Approved', ['MASQUE_PS']],
    ]);
  });

  it('another patient on the same study: DRIM-409, nothing moves', async () => {
    const study = await published(706);
    const { cda, ...report } = ofItsOwn(7061);
    await sendReport(mesh, [study], { ...report, cda: { ...cda, patient: testPatient(7061) } });
    const exam = await examAtRest(mesh, study.uid, 'conflicting');
    expect(exam).toMatchObject({ reports: 2, cause: { code: 'DRIM-409' }, nextAttemptAt: null });
    expect((await pointersOf(mesh, study.uid)).map(({ status, ins }) => [status, ins])).toEqual([
      ['Approved', study.patient.ins],
    ]);
  });

  it('the only report of a study withdrawn: its pointer leaves the DMP', async () => {
    const study = await published(707);
    await sendReport(mesh, [study], { document: 707, intent: 'withdraw' });
    await examAtRest(mesh, study.uid, 'withdrawn');
    expect((await pointersOf(mesh, study.uid)).map(({ status }) => status)).toEqual(['Deleted']);
  });

  function omi(study: Study): Buffer {
    const { application, facility } = mesh.stack.sites[0]!.ris;
    const header = `MSH|^~\\&|${application}|${facility}|DRIMBOX|DRIMBOX|20260105120000||OMI^O23^OMI_O23|${randomUUID()}|T|2.5.1`;
    return Buffer.from(`${header}\rORC|XO\rIPC|${study.accession}|RP1|${study.uid}|SPS1|CT\r`);
  }

  it('a study that changed in the PACS (OMI): kept, before its report and after', async () => {
    const study = await loaded(708);
    expect(await mesh.send(omi(study))).toMatchObject({ ok: true, ack: { code: 'AA' } });
    expect(await examAfter(study, 'exam.omi')).toMatchObject({ state: 'none', parked: 1 });
    await sendReport(mesh, [study], { document: 708 });
    await mesh.examIn(study.uid, 'published');
    expect(await mesh.send(omi(study))).toMatchObject({ ok: true, ack: { code: 'AA' } });
    expect((await examAfter(study, 'exam.omi')).waiting.map(({ event }) => event)).toEqual(['exam.omi', 'exam.omi']);
    expect(await pointers(study)).toBe(1);
  });

  it('three studies of which one is absent: two are published, one waits for itself', async () => {
    const patient = testPatient(709);
    const studies = [709, 710, 711].map((number) => studyOf(number, { patient, patientId: 'IPP709' }));
    const [one, two, late] = studies as [Study, Study, Study];
    for (const study of [one, two]) await loadStudy(mesh.stack.pacs[0]!, study);
    await sendReport(mesh, studies, { document: 709 });
    await mesh.examIn(one.uid, 'published');
    await mesh.examIn(two.uid, 'published');
    await examWaiting(mesh, late.uid, { state: 'absent', code: 'DRIM-400' });
    await loadStudy(mesh.stack.pacs[0]!, late);
    await mesh.examIn(late.uid, 'published');
    for (const study of studies) expect(await pointers(study)).toBe(1);
  });

  it('the CDA’s legal authenticator and PRT-8 differ: published for the former’s structure, the difference traced', async () => {
    const site = mesh.stack.sites[0]!;
    const study = await loaded(712);
    const cda = reportCda({
      id: documentId(712),
      studies: [reportedStudy(study)],
      patient: study.patient,
      patientId: study.patientId,
      author: signatoryOf(site),
    });
    const message = reportMessage({ kind: 'ORU', intent: 'new', cda, sender: TEST_RADIOLOGIST, ...site.ris });
    expect(await mesh.send(message)).toMatchObject({ ok: true, ack: { code: 'AA' } });
    const { id } = await mesh.examIn(study.uid, 'published');
    const [entry] = await mesh.entriesOf(study.uid);
    expect(entry?.clientStructure).toBe(site.structure.id);
    expect(entry?.authorInstitution.join()).toContain(site.structure.id);
    expect(entry?.authorInstitution.join()).not.toContain(TEST_RADIOLOGIST.structure.id);
    const traced = (await logOf(mesh, 'kos-publisher')).split('\n').filter((line) => line.includes('DRIM-405'));
    expect(traced).toEqual([expect.stringContaining(id)]);
  });

  const structureNamed =
    (from: string, to: string) =>
    (registry: SiteRegistry): SiteRegistry => ({
      ...registry,
      sites: registry.sites.map((site) => ({
        ...site,
        structures: site.structures.map((one) => (one.id === from ? { ...one, id: to } : one)),
      })),
    });

  it('a structure that the registry does not know: DRIM-404, released by itself once it does', async () => {
    const { id } = mesh.stack.sites[0]!.structure;
    await changeRegistry(mesh, ['kos-publisher'], structureNamed(id, '1990000008'));
    const study = await loaded(713);
    await sendReport(mesh, [study], { document: 713 });
    const held = await examWaiting(mesh, study.uid, { state: 'unbuildable', code: 'DRIM-404', attempts: 2 });
    expect(held.kos).toBeNull();
    await changeRegistry(mesh, ['kos-publisher'], structureNamed('1990000008', id));
    await mesh.examIn(study.uid, 'published');
    expect(await pointers(study)).toBe(1);
  });

  it('a site never speaks in the name of another site’s structure', async () => {
    const [alpha, beta] = mesh.stack.sites as [(typeof mesh.stack.sites)[number], (typeof mesh.stack.sites)[number]];
    const study = await loaded(714);
    await sendReport(mesh, [study], { document: 714, cda: { legalAuthenticator: signatoryOf(beta) } });
    await examWaiting(mesh, study.uid, { state: 'unbuildable', code: 'DRIM-404', attempts: 2 });
    expect(await pointers(study)).toBe(0);
    // The same study at the other site is another exam, published for its own structure.
    await loadStudy(mesh.stack.pacs[1]!, study);
    await sendReport(mesh, [study], { document: 7141, site: 1 });
    await eventually(async () =>
      (await mesh.exams(`&study=${study.uid}`)).some(({ site, state }) => site === beta.id && state === 'published'),
    );
    const [entry, ...others] = await mesh.entriesOf(study.uid);
    expect(others).toEqual([]);
    expect(entry?.authorInstitution.join()).toContain(beta.structure.id);
    expect(entry?.authorInstitution.join()).not.toContain(alpha.structure.id);
    const [own] = await mesh.exams(`&study=${study.uid}&site=${alpha.id}`);
    expect(own?.state).toBe('unbuildable');
  });

  it('leaves one audit record and one counted event for each act, kept for the services to come', async () => {
    await mesh.settled();
    const { receptions = 0, publications = 0, withdrawals = 0, ...others } = await accounts(mesh);
    expect(receptions).toBeGreaterThan(15);
    expect(publications).toBeGreaterThan(10);
    expect(withdrawals).toBe(1);
    expect(others).toEqual({
      unauditedReceptions: 0,
      unauditedPublications: 0,
      countedReceptions: receptions,
      countedPublications: publications,
      countedWithdrawals: withdrawals,
      countedAndSent: 0,
    });
  });

  it('leaves no name, matricule, birth date or document in any log', async () => {
    const patients = [...Array.from({ length: 14 }, (_, index) => 701 + index), 7061].map(testPatient);
    const { logs, found } = await indiscretions(mesh, patients);
    expect(logs).toEqual(expect.arrayContaining(['hl7-ingest.log', 'kos-publisher.log', 'pacs-bridge.log']));
    expect(found).toEqual([]);
  });
});
