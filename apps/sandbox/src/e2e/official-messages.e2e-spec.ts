import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExamDetail } from '@drimbox/contracts';
import { describeWithSamples, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { MllpConnection } from '../ris/mllp/mllp-sender.js';
import { generateStudy, type StudyOptions } from '../studies/generate-study.js';
import { expectAcknowledgement } from './expect-acknowledgement.js';
import { AT_ANOTHER_PACS, HEAD, HEAD_UID, KNEE, type Row, ROWS, SCAN } from './official-rows.js';
import { OFFICIAL_SITE } from './official-site.js';

const FOLDERS = [
  'ans-hl7v2/mdm-cr-radio',
  'ans-hl7v2/oru',
  'drim-m-data/omi',
  'drim-m-data/pfi-hl7',
  'interop/hl7v2',
] as const;

/** Any message that is always answered, and by a refusal: what comes before its answer was not for it. */
const PROBE = Buffer.from('MSH|^~\\&|RIS-TEST|CRA|DRIMBOX|CRA|20260102101500||ADT^A01|PROBE|T|2.5\r');

describeWithSamples('the official and made messages, through the whole mesh', (samples) => {
  let mesh: Mesh;
  const dir = tempDir();
  const bytesOf = (file: string): Buffer => readFileSync(join(samples, file));
  const hl7Port = (): number => mesh.stack.hl7Port(OFFICIAL_SITE.id);

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, sites: [OFFICIAL_SITE], xsdDir: join(samples, 'interop/xds-xsd') });
  }, 120_000);
  afterAll(() => mesh?.stop());

  async function clean(...studies: StudyOptions[]): Promise<void> {
    await mesh.reset();
    for (const study of studies) await loadStudy(mesh.stack.pacs[0]!, generateStudy(study));
  }

  /** Every exam by its study, with what waits. */
  async function exams(): Promise<ExamDetail[]> {
    const lines = await mesh.exams();
    return Promise.all(lines.map(async ({ study }) => (await mesh.exam(study))!));
  }

  const kosEntries = async () => (await mesh.dmp.entries()).filter(({ typeCode }) => typeCode === 'IMG-KOS');

  it('has a row for every file', () => {
    const files = FOLDERS.flatMap((folder) => readdirSync(join(samples, folder)).map((name) => `${folder}/${name}`));
    expect(Object.keys(ROWS).toSorted()).toEqual(files.toSorted());
  });

  it.each(Object.entries(ROWS))('%s', async (file, row) => {
    await clean(KNEE, HEAD, SCAN);
    await expectAnswer(bytesOf(file), row);
    await mesh.settled();

    const [outcome, code = null, location = null] = row.journal;
    const [line, ...others] = (await mesh.journal()).filter(({ controlId }) => controlId !== 'PROBE');
    expect(others).toEqual([]);
    expect({ ...line, notes: line?.notes.map((note) => note.code) }).toMatchObject({
      acknowledgement: row.told === 'nothing' ? 'none' : row.told === 'AA' ? 'AA' : row.told.msa,
      outcome,
      code,
      location,
      notes: row.notes ?? [],
      site: OFFICIAL_SITE.id,
      repeats: 0,
    });
    expect((await exams()).map((exam) => [exam.study, exam.state, ...exam.waiting.map(({ event }) => event)])).toEqual(
      row.exam ? [row.exam] : [],
    );
    expect((await kosEntries()).map((entry) => [entry.authorInstitution, entry.confidentialityCodes])).toEqual(
      row.entryOf ? [[[row.entryOf], ['N', ...(row.hidden ?? [])]]] : [],
    );
    expect((await mesh.dmp.submissions()).map(({ verdict, schema }) => [verdict, schema])).toEqual(
      row.entryOf ? [['accepted', 'valid']] : [],
    );
  });

  async function expectAnswer(message: Buffer, row: Row): Promise<void> {
    const connection = (await MllpConnection.open('127.0.0.1', hl7Port()))!;
    try {
      const answers = await connection.exchange(row.told === 'nothing' ? [message] : [message, PROBE], {
        ...(row.told === 'nothing' && { timeoutMs: 1 }),
      });
      if (row.told === 'nothing') {
        expect(answers).toMatchObject([{ reason: 'timeout' }]);
        // Answers come in the order of the messages: had it been answered, this would not be the probe's.
        expect(await connection.exchange([PROBE])).toMatchObject([{ ack: { controlId: 'PROBE' } }]);
      } else {
        expect(answers[1]).toMatchObject({ ok: true, ack: { controlId: 'PROBE' } });
        expectAcknowledgement(message, answers[0]!.raw, row.told, row.journal[1]);
      }
    } finally {
      connection.close();
    }
  }

  it.each(AT_ANOTHER_PACS)('$file at another PACS: $state, $code', async ({ file, pacs, study, state, code }) => {
    await clean(...pacs);
    expect(await mesh.send(bytesOf(file))).toMatchObject({ ok: true, ack: { code: 'AA' } });
    const exam = await mesh.examIn(study, state);
    expect(exam).toMatchObject({ cause: { code }, kos: null });
    expect(exam.nextAttemptAt === null).toBe(state === 'mismatched');
    expect(await mesh.dmp.submissions()).toEqual([]);
  });

  it('the MDM messages in a row as published, under one MSH-10: each is answered for itself, a repeat like the first', async () => {
    await clean(HEAD);
    const sent = [
      ...['INIT_N1', 'INIT_N1_Base64', 'RPLC_N1'].map(
        (name) => `ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_${name}.er7`,
      ),
      'interop/hl7v2/mdm_t04_delete_BADPADDING.er7',
    ].map(bytesOf);
    const connection = (await MllpConnection.open('127.0.0.1', hl7Port()))!;
    try {
      const answers = await connection.exchange(sent);
      expect(answers.map((answer) => answer.ok && [answer.ack.code, answer.ack.controlId])).toEqual([
        ['AE', '015'],
        ['AA', '015'],
        ['AA', '015'],
        ['AA', '015'],
      ]);
      const before = await endState();
      // The three were taken faster than the DMP answers: whatever of them was published, the withdrawal came last.
      expect(before.exams).toMatchObject([{ study: HEAD_UID, state: 'withdrawn', reports: 3, parked: 0 }]);
      const pointers = before.entries.filter(({ typeCode }) => typeCode === 'IMG-KOS');
      expect(pointers.filter(({ status }) => status.endsWith(':Approved'))).toEqual([]);
      expect(before.journal.map(({ code, notes }) => [code, ...notes.map((note) => note.code)])).toEqual([
        [null, 'DRIM-216', 'DRIM-218'],
        [null, 'DRIM-218'],
        [null, 'DRIM-218'],
        ['DRIM-208'],
      ]);

      const [again] = await connection.exchange([sent[1]!]);
      expect(again?.raw).toEqual(answers[1]?.raw);
      const { journal, ...after } = await endState();
      expect({ exams: after.exams, entries: after.entries }).toEqual({ exams: before.exams, entries: before.entries });
      expect(journal.map(({ repeats }) => repeats)).toEqual([0, 0, 1, 0]);
      expect(journal.map(({ id }) => id)).toEqual(before.journal.map(({ id }) => id));
      expect(after.submissions).toEqual(before.submissions);
    } finally {
      connection.close();
    }
  });

  async function endState() {
    await mesh.settled();
    return {
      journal: await mesh.journal(),
      exams: await exams(),
      entries: await mesh.dmp.entries(),
      submissions: (await mesh.dmp.submissions()).length,
    };
  }
});
