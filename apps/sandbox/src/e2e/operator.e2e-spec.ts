import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  ArchivePage,
  type ArchiveSearch,
  type ArchivedVersion,
  DeadLetterPage,
  type ExamDetail,
  JournalPage,
  WhyAnswer,
} from '@drimbox/contracts';
import { tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { deleteStudy, loadStudy } from '../pacs/pacs-loader.js';
import { documentId } from '../studies/numbering.js';
import type { Study } from '../studies/generate-study.js';
import { logOf, playStudy, sendReport, studyOf } from './play.js';
import { statusesOf, ToldReport } from './told-report.js';

const PUBLISHER = { DRIMBOX_RETRY_DMP_SECONDS: '0.3,0.5' };
const CLI = fileURLToPath(new URL('../../../operator-cli/dist/', import.meta.url));
const ACCOUNT = 'claire.d';

interface Ended {
  readonly code: number;
  readonly out: string;
}

describe('the hands and eyes of an operator', () => {
  let mesh: Mesh;
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, env: { 'kos-publisher': PUBLISHER } });
  }, 120_000);
  afterAll(() => mesh?.stop());
  beforeEach(() => mesh.reset());

  /** The command line as an operator runs it: exit code, and everything it says. */
  const run = (tool: 'operator' | 'why', ...argv: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        DRIMBOX_OPERATOR_TLS_DIR: mesh.stack.certificates.internalDir('admin'),
        DRIMBOX_PEER_KOS_PUBLISHER_URL: `https://localhost:${mesh.stack.around.ports['kos-publisher'].http}`,
        DRIMBOX_OPERATOR_ACCOUNT: ACCOUNT,
      };
      const child = execFile(process.execPath, [`${CLI}${tool}.main.js`, ...argv], { env }, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, out: `${out}${err}` }),
      );
    });
  /** Acts of operators as the audit keeps them: account, act, outcome. */
  const acts = (): Promise<string[]> =>
    mesh.sql(
      'kos-publisher',
      `select record->'participants'->0->>'userId', record->'detail'->>'act', record->'event'->>'outcome'
         from audit_outbox where record->'detail' ? 'act' order by position`,
    );
  const versionsOf = async (search: Partial<ArchiveSearch>): Promise<ArchivedVersion[]> => {
    const exchanged = { method: 'POST', path: '/archive/search', account: ACCOUNT, json: search };
    const { status, body } = await mesh.exchange('kos-publisher', exchanged);
    expect(status).toBe(200);
    return ArchivePage.parse(JSON.parse(body.toString('utf8'))).versions;
  };
  const onlyVersion = async (study: Study): Promise<string> => (await versionsOf({ study: study.uid }))[0]!.id;
  const published = async (number: number): Promise<{ study: Study; exam: ExamDetail }> => {
    const study = await playStudy(mesh, number);
    return { study, exam: await mesh.examIn(study.uid, 'published') };
  };

  it('retry: a mismatched exam is published once its PACS was corrected, and not before somebody asks', async () => {
    const study = studyOf(1601);
    const [pacs] = mesh.stack.pacs;
    await loadStudy(pacs!, studyOf(1601, { accession: 'WRONG' }));
    await sendReport(mesh, [study], { document: 1601 });
    const exam = await mesh.examIn(study.uid, 'mismatched');
    await deleteStudy(pacs!, study.uid);
    await loadStudy(pacs!, study);
    await mesh.settled();
    expect(await mesh.exam(study.uid)).toMatchObject({ state: 'mismatched', nextAttemptAt: null });

    expect(await run('operator', 'retry', exam.id)).toMatchObject({ code: 0 });
    const after = await mesh.examIn(study.uid, 'published');
    expect(after.steps.map(({ event }) => event)).toContain('operator.retry');
    expect(await statusesOf(mesh, study.uid)).toEqual(['Approved']);
    const again = await run('operator', 'retry', exam.id);
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('DRIM-108') as string });
    expect(await acts()).toEqual([`${ACCOUNT}|retry|0`, `${ACCOUNT}|retry|4`]);
  });

  it('release: what others deleted in the DMP is published anew, by the operator only', async () => {
    const study = studyOf(1602);
    await loadStudy(mesh.stack.pacs[0]!, study);
    const report = new ToldReport(mesh, 1602);
    await report.version(1, [study]);
    const first = await mesh.examIn(study.uid, 'published');
    await mesh.dmp.changeByOthers(first.kos ?? '', 'delete');
    await report.version(2, [study]);
    const lost = await mesh.examIn(study.uid, 'lost');
    await mesh.settled();
    expect(await statusesOf(mesh, study.uid)).toEqual(['Deleted']);

    expect(await run('operator', 'release', lost.id)).toMatchObject({ code: 0 });
    const after = await mesh.examIn(study.uid, 'published');
    expect(after.kos).not.toBe(first.kos);
    expect(after.steps.map(({ event }) => event)).toContain('operator.release');
    expect(await statusesOf(mesh, study.uid)).toEqual(['Deleted', 'Approved']);
    expect(await acts()).toEqual([`${ACCOUNT}|release|0`]);
  });

  it('replay: a DMP that lost its state gets the same bytes again, once', async () => {
    const { study, exam } = await published(1603);
    const kos = exam.kos ?? '';
    const sent = await mesh.dmp.document(kos);
    await mesh.dmp.reset();
    expect(await mesh.entriesOf(study.uid)).toEqual([]);

    const version = await onlyVersion(study);
    expect(await run('operator', 'replay', version, '--en')).toMatchObject({
      code: 0,
      out: expect.stringContaining('sent again') as string,
    });
    await mesh.examIn(study.uid, 'published');
    expect((await mesh.entriesOf(study.uid)).map(({ uniqueId }) => uniqueId)).toEqual([kos]);
    expect(await mesh.dmp.document(kos)).toEqual(sent);
    const twice = await run('operator', 'replay', version, '--en');
    expect(twice).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') as string });
    expect(await statusesOf(mesh, study.uid)).toEqual(['Approved']);
    expect(await acts()).toEqual([`${ACCOUNT}|replay|0`, `${ACCOUNT}|replay|0`]);
  });

  it('replay of what others deleted is refused; the exam is lost until it is released', async () => {
    const { study, exam } = await published(1604);
    await mesh.dmp.changeByOthers(exam.kos ?? '', 'delete');
    const refused = await run('operator', 'replay', await onlyVersion(study));
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('DRIM-508') as string });
    await mesh.examIn(study.uid, 'lost');
    expect(await statusesOf(mesh, study.uid)).toEqual(['Deleted']);
    expect(await run('operator', 'release', exam.id)).toMatchObject({ code: 0 });
    await mesh.examIn(study.uid, 'published');
    expect(await statusesOf(mesh, study.uid)).toEqual(['Deleted', 'Approved']);
  });

  it('why: the same story by every id of an exam, without a trait', async () => {
    const { study, exam } = await published(1605);
    const [reportId = ''] = await mesh.sql('kos-publisher', 'select id from report');
    const ids = [exam.id, reportId, study.uid, documentId(1605), exam.kos ?? '', await onlyVersion(study)];
    for (const id of ids) {
      const { exams } = await mesh.ask('kos-publisher', `/why/${id}`, WhyAnswer);
      expect(exams).toMatchObject([
        {
          exam: { id: exam.id, state: 'published' },
          reports: [{ reportId, document: documentId(1605), live: true }],
          wanted: { kind: 'pointer', builtFrom: reportId },
          versions: [{ kos: exam.kos, state: 'approved', attempts: [{ operation: 'send', outcome: 'accepted' }] }],
          plan: [],
        },
      ]);
    }
    const told = await run('why', reportId);
    expect(told.code).toBe(0);
    expect(told.out).toContain('État : publié (published)');
    expect(told.out).toContain('envoi → accepté');
    for (const trait of [study.patient.ins, study.patient.birthFamily, study.patientId])
      expect(told.out).not.toContain(trait);
    expect(await run('why', randomUUID())).toMatchObject({
      code: 1,
      out: expect.stringContaining('DRIM-103') as string,
    });
  });

  it('the archive is searched by identifiers that leave a trace in the audit only, and read byte for byte', async () => {
    const { study, exam } = await published(1606);
    await published(1607);
    const [found, ...others] = await versionsOf({ ins: study.patient.ins, ipp: study.patientId, state: 'approved' });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ examId: exam.id, kos: exam.kos, number: 1, series: 1, instances: 2 });
    expect(await versionsOf({ document: documentId(1606) })).toEqual([found]);
    const read = await mesh.exchange('kos-publisher', { path: `/archive/${found!.id}/kos`, account: ACCOUNT });
    expect(read.body).toEqual(await mesh.dmp.document(exam.kos ?? ''));
    const nameless = await mesh.exchange('kos-publisher', { path: `/archive/${found!.id}/kos` });
    expect([nameless.status, nameless.body.toString('utf8')]).toEqual([400, expect.stringContaining('DRIM-102')]);
    expect(
      await mesh.sql(
        'kos-publisher',
        `select record->'event'->'id'->>'code', record->'objects'->0->>'matricule', record->'detail'->>'ipp'
           from audit_outbox where record->'event'->'id'->>'code' in ('110112', '110103') order by position`,
      ),
    ).toEqual([`110112|${study.patient.ins}|${study.patientId}`, '110112||', `110103|${study.patient.ins}|`]);
    const log = await logOf(mesh, 'kos-publisher');
    expect(log).not.toContain(study.patient.ins);
    expect(log).not.toContain(study.patientId);
  });

  it('the reception journal is searched', async () => {
    await published(1608);
    const study = studyOf(1609);
    const refused = await mesh.send(Buffer.from('MSH|^~\\&|NOBODY|X|||20260102||ORU^R01^ORU_R01|WHO1|T|2.5\r'));
    expect(refused.ok && refused.ack.code).toBe('AE');
    await sendReport(mesh, [study], { document: 1609, controlId: 'FOUND1' });
    const search = async (query: string): Promise<string[]> =>
      (await mesh.ask('hl7-ingest', `/journal?${query}`, JournalPage)).lines.map(({ controlId }) => controlId);
    expect(await search('controlId=FOUND1')).toEqual(['FOUND1']);
    expect(await search('acknowledgement=AE')).toEqual(['WHO1']);
    expect(await search('application=NOBODY&outcome=refused')).toEqual(['WHO1']);
    expect(await search('outcome=accepted&limit=1')).toEqual(['FOUND1']);
    expect(await search('to=2026-01-01T00:00:00Z')).toEqual([]);
  });

  it('an event that was given up is listed, and replayed', async () => {
    const { study, exam } = await published(1610);
    const notice = {
      site: exam.site,
      at: new Date().toISOString(),
      noticeId: randomUUID(),
      pacsLink: exam.pacsLink,
      study: study.uid,
      cause: 'omi',
    };
    await mesh.sql(
      'kos-publisher',
      `insert into dead_letter (event, event_id, body, code, reason, attempts, first_at)
       values ('exam.changed', '${randomUUID()}', convert_to('${JSON.stringify(notice)}', 'UTF8'), 'DRIM-601', 'Error, 5 times', 5, now())`,
    );
    const { letters } = await mesh.ask('kos-publisher', '/dead-letters', DeadLetterPage);
    expect(letters).toMatchObject([{ event: 'exam.changed', code: 'DRIM-601', attempts: 5 }]);
    expect((await run('operator', 'dead-letters')).out).toContain(letters[0]!.id);
    expect(await run('operator', 'replay-letter', letters[0]!.id)).toMatchObject({ code: 0 });
    expect((await mesh.exam(study.uid))?.steps.map(({ event }) => event)).toContain('exam.omi');
    expect((await run('operator', 'dead-letters')).out).toContain('Aucun événement abandonné');
    expect(await acts()).toEqual([`${ACCOUNT}|replay-letter|0`]);
  });
});
