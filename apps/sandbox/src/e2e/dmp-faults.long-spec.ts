import type { ExamDetail } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import type { DmpBehaviour } from '../mesh/dmp-desk.js';
import { Mesh } from '../mesh/mesh.js';
import { signatoryOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { examWaiting, playStudy, sendReport, studyOf } from './play.js';

/** A structure whose seal is an authentication certificate: what an operator's mistake looks like to the DMP. */
const WRONG_COUPLE = { id: '1990000003', name: 'Centre au mauvais cachet', sector: 'SA08' };

/** Quick retries; the publisher waits 3 s for an answer of the DMP. */
const PUBLISHER = {
  DRIMBOX_RETRY_DMP_SECONDS: '0.2,0.5',
  DRIMBOX_DMP_CONNECT_SECONDS: '1',
  DRIMBOX_DMP_ANSWER_SECONDS: '2',
  DRIMBOX_LEASE_SECONDS: '8',
};

/** Promise P11: whatever the DMP does, a report ends as one pointer, and nobody acts. */
describe('a DMP that fails', () => {
  let mesh: Mesh;
  afterAll(() => mesh?.stop());
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({
      dir,
      env: { 'kos-publisher': PUBLISHER },
      registry: ({ sites: [first, ...others], ...registry }) => {
        const wrong = {
          ...WRONG_COUPLE,
          mode: 'EG' as const,
          authCertificate: 'alpha-auth',
          signCertificate: 'alpha-auth',
        };
        return { ...registry, sites: first ? [{ ...first, structures: [...first.structures, wrong] }, ...others] : [] };
      },
    });
  }, 120_000);
  beforeEach(() => mesh.dmp.reset());

  const endpoints = async (): Promise<string[]> => (await mesh.dmp.submissions()).map(({ endpoint }) => endpoint);

  /** Hash of everything that is archived and sent for a study. */
  const archived = (study: string): Promise<string[]> =>
    mesh.sql(
      'kos-publisher',
      `select kos_uid, encode(sha256(kos || metadata || signature), 'hex') from kos_version
         join exam on exam.id = exam_id where study = '${study}'`,
    );

  /** One pointer, with the archived bytes. */
  async function expectOnePointer(exam: ExamDetail): Promise<void> {
    const entries = await mesh.entriesOf(exam.study);
    expect(entries.map(({ uniqueId }) => uniqueId)).toEqual([exam.kos]);
    const sent = await mesh.dmp.document(exam.kos ?? '');
    expect(
      await mesh.sql('kos-publisher', `select encode(kos, 'hex') from kos_version where kos_uid = '${exam.kos}'`),
    ).toEqual([sent.toString('hex')]);
  }

  const waiting = (study: string, code: string, attempts: number): Promise<ExamDetail> =>
    examWaiting(mesh, study, { state: 'sending', code, attempts });

  it.each<[kind: DmpBehaviour['kind'], code: string, number: number]>([
    ['down', 'DRIM-501', 301],
    ['busy', 'DRIM-506', 302],
    ['html-503', 'DRIM-506', 303],
    ['fault', 'DRIM-501', 304],
  ])('%s: the exam waits with its cause, goes on by itself, is published once', async (kind, code, number) => {
    await mesh.behave({ kind });
    const study = await playStudy(mesh, number);
    const held = await waiting(study.uid, code, 2);
    expect(held.nextAttemptAt).not.toBeNull();
    expect(held.cause?.fr).not.toBe('');
    const before = await archived(study.uid);
    expect(before).toHaveLength(1);
    await mesh.dmp.behaveWell();
    await expectOnePointer(await mesh.examIn(study.uid, 'published'));
    expect(await archived(study.uid)).toEqual(before);
  });

  it('busy says that nothing was registered: no look is needed', async () => {
    await mesh.behave({ kind: 'busy', endpoint: '/repository', times: 2 });
    const study = await playStudy(mesh, 320);
    await mesh.examIn(study.uid, 'published');
    expect(await endpoints()).toEqual(['/repository', '/repository', '/repository']);
  });

  it('a Receiver fault leaves a doubt: the DMP is asked before the same bytes are sent again', async () => {
    await mesh.behave({ kind: 'fault', endpoint: '/repository', times: 1 });
    const study = await playStudy(mesh, 321);
    await expectOnePointer(await mesh.examIn(study.uid, 'published'));
    expect(await endpoints()).toEqual(['/repository', '/registry', '/repository']);
  });

  it.each([
    ['lose-answer', 331],
    ['cut-mid-answer', 332],
  ] as const)('%s: the look finds the document, it is not sent again', async (kind, number) => {
    await mesh.behave({ kind, endpoint: '/repository', times: 1 });
    const study = await playStudy(mesh, number);
    const exam = await mesh.examIn(study.uid, 'published');
    expect(exam.steps.map(({ event, cause }) => [event, cause?.code ?? null])).toEqual([
      ['report.new', null],
      ['pacs.found', null],
      ['dmp.unavailable', 'DRIM-501'],
      ['dmp.accepted', null],
    ]);
    expect(await endpoints()).toEqual(['/repository', '/registry']);
    await expectOnePointer(exam);
  });

  it('the doubt stays until a look has answered', async () => {
    await mesh.behave({ kind: 'lose-answer', endpoint: '/repository', times: 1 });
    await mesh.behave({ kind: 'busy', endpoint: '/registry', times: 2 });
    const study = await playStudy(mesh, 340);
    await expectOnePointer(await mesh.examIn(study.uid, 'published'));
    expect(await endpoints()).toEqual(['/repository', '/registry', '/registry', '/registry']);
  });

  it('slower than the time-out: looked for, sent again, published once', async () => {
    await mesh.behave({ kind: 'slow', ms: 6_000, endpoint: '/repository', times: 1 });
    const study = await playStudy(mesh, 341);
    const exam = await mesh.examIn(study.uid, 'published');
    expect(exam.steps.filter(({ cause }) => cause !== null).map(({ cause }) => cause?.code)).toEqual(['DRIM-501']);
    await expectOnePointer(exam);
  });

  it('an acceptance that our database forgot (an older backup): the same bytes meet their own pointer', async () => {
    const study = await playStudy(mesh, 346);
    const { id } = await mesh.examIn(study.uid, 'published');
    await mesh.sql(
      'kos-publisher',
      `delete from dmp_attempt; update kos_version set status = 'frozen' where exam_id = '${id}';
       update exam set state = 'sending', next_attempt_at = now() where id = '${id}'`,
    );
    await eventually(async () => (await mesh.dmp.submissions()).length === 3);
    const [, again, look] = await mesh.dmp.submissions();
    // The registry itself compares: the same uniqueId with the same hash, for the KOS and for its signature.
    expect(new Set(again?.codes)).toEqual(new Set(['XDSDuplicateUniqueIdInRegistry']));
    expect(look).toMatchObject({ endpoint: '/registry', verdict: 'accepted' });
    await expectOnePointer(await mesh.examIn(study.uid, 'published'));
  });

  it('a metadata refused: the exam stops as refused, with the registry’s code, and is not sent again', async () => {
    await mesh.behave({ kind: 'refuse', code: 'XDSRegistryMetadataError', times: 1 });
    const study = await playStudy(mesh, 342);
    const exam = await mesh.examIn(study.uid, 'refused');
    expect(exam.cause).toMatchObject({ code: 'DRIM-502', detail: 'XDSRegistryMetadataError' });
    expect(exam.nextAttemptAt).toBeNull();
    const next = await playStudy(mesh, 343);
    await mesh.examIn(next.uid, 'published');
    expect(await endpoints()).toEqual(['/repository', '/repository']);
    expect(await mesh.entriesOf(study.uid)).toEqual([]);
  });

  it('a VIHF refused: the exam stops as refused with DRIM-503', async () => {
    const study = studyOf(344);
    await loadStudy(mesh.stack.pacs[0]!, study);
    const signatory = signatoryOf(mesh.stack.sites[0]!);
    const wrong = { ...signatory, structure: { ...signatory.structure, id: WRONG_COUPLE.id, name: WRONG_COUPLE.name } };
    await sendReport(mesh, [study], { document: 344, cda: { legalAuthenticator: wrong } });
    const exam = await mesh.examIn(study.uid, 'refused');
    expect(exam.cause?.code).toBe('DRIM-503');
    expect(exam.nextAttemptAt).toBeNull();
    expect(await mesh.entriesOf(study.uid)).toEqual([]);
  });

  it('kos-publisher killed in the middle of a send: published once after its restart', async () => {
    await mesh.behave({ kind: 'slow', ms: 1_500, endpoint: '/repository', times: 1 });
    const study = await playStudy(mesh, 345);
    await eventually(async () => {
      const [open] = await mesh.sql('kos-publisher', 'select count(*) from dmp_attempt where outcome is null');
      return open === '1';
    });
    const publisher = mesh.stack.services['kos-publisher'];
    await publisher.kill9();
    await publisher.restart();
    await expectOnePointer(await mesh.examIn(study.uid, 'published', 40));
    expect(await archived(study.uid)).toHaveLength(1);
    expect((await endpoints()).slice(0, 2)).not.toEqual(['/repository', '/repository']);
  });

  it('20 exams queued while the DMP is down are all published once it is back', async () => {
    await mesh.stack.dmp.process.stop();
    const numbers = Array.from({ length: 20 }, (_, index) => 360 + index);
    const studies = [];
    for (const number of numbers) studies.push(await playStudy(mesh, number));
    for (const { uid } of studies) expect((await waiting(uid, 'DRIM-500', 1)).nextAttemptAt).not.toBeNull();
    await mesh.stack.dmp.process.restart();
    for (const { uid } of studies) await expectOnePointer(await mesh.examIn(uid, 'published'));
    expect((await endpoints()).filter((endpoint) => endpoint === '/repository')).toHaveLength(numbers.length);
  });
});
