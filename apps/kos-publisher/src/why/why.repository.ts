import { type Cause, type ExamStory, isUuid, type VersionState, type Visibility } from '@drimbox/contracts';
import { Database, likeLiteral, type Tx } from '@drimbox/persistence';
import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { causeOf, findExam } from '../journal/exams.repository.js';
import { wantedIn } from '../pointer/intake.js';
import { EXAM_COLUMNS, type ExamRow, toExam } from '../pointer/rows.js';
import { SqlPointerStore } from '../pointer/sql-pointer-store.js';
import { storyOf } from './story.js';

/** Exams told at once; a report names 50 studies at most. */
const MAX_EXAMS = 50;
const MAX_ATTEMPTS = 500;

/** Exams that an id concerns: an exam, a version or a report by our own id; else a study, a KOS or a CDA document. */
const BY_UUID = `
  select id from exam where id = $1::uuid
  union select exam_id from kos_version where id = $1::uuid
  union select exam.id from report as asked join report as version on version.lineage = asked.lineage
    join report_study on report_study.report_id = version.id
    join exam on exam.site = report_study.site and exam.study = report_study.study
   where asked.id = $1::uuid`;
const BY_UID = `
  select id from exam where study = $1
  union select exam_id from kos_version where kos_uid = $1
  union select exam.id from report as asked join report as version on version.lineage = asked.lineage
    join report_study on report_study.report_id = version.id
    join exam on exam.site = report_study.site and exam.study = report_study.study
   where asked.document_key = $1 or asked.document_key like $2 || '^%'`;

/** Gathers what the tables say of an exam, at one moment and without any lock. */
@Injectable()
export class WhyRepository {
  constructor(
    private readonly database: Database,
    private readonly store: SqlPointerStore,
    @Inject(CONFIG) private readonly settings: Pick<Settings, 'visibilityOfSet'>,
  ) {}

  /** Stories of the exams that the id concerns; one more than told says that there are more. */
  tell(id: string): Promise<{ exams: ExamStory[]; more: boolean }> {
    return this.database.transaction(
      async (tx) => {
        const ids = await concerned(tx, id);
        const exams: ExamStory[] = [];
        for (const examId of ids.slice(0, MAX_EXAMS)) exams.push(await this.story(tx, examId));
        return { exams, more: ids.length > MAX_EXAMS };
      },
      { isolation: 'REPEATABLE READ' },
    );
  }

  private async story(tx: Tx, examId: string): Promise<ExamStory> {
    const [row] = await tx.query<ExamRow>(`select ${EXAM_COLUMNS} from exam where id = $1`, [examId]);
    const detail = await findExam(tx, examId);
    if (!row || !detail) throw new Error('an exam that was just seen is missing');
    const exam = toExam(row);
    const pointers = this.store.within(tx);
    return storyOf({
      exam,
      detail,
      reports: await pointers.reportsOf(exam.site, exam.study),
      wanted: await wantedIn(pointers, exam, this.settings.visibilityOfSet),
      versions: await pointers.versions(examId),
      versionStories: await versionStories(tx, examId),
    });
  }
}

async function concerned(tx: Tx, id: string): Promise<string[]> {
  // A document of HL7 v3 may be named by a UUID, too.
  const own = isUuid(id) ? await tx.query<{ id: string }>(BY_UUID, [id]) : [];
  const named = own.length > 0 ? own : await tx.query<{ id: string }>(BY_UID, [id, likeLiteral(id)]);
  return named.map((row) => row.id).toSorted();
}

async function versionStories(tx: Tx, examId: string): Promise<ExamStory['versions']> {
  const versions = await tx.query<{
    id: string;
    number: number;
    kos_uid: string;
    status: VersionState;
    frozen_at: Date;
    status_at: Date;
    visibility: Visibility;
    report_id: string;
    replaces: string | null;
  }>(
    `select id, number, kos_uid, status, frozen_at, status_at, visibility, report_id, replaces
       from kos_version where exam_id = $1 order by number`,
    [examId],
  );
  const attempts = await attemptsOf(tx, examId);
  return versions.map((version) => ({
    id: version.id,
    number: version.number,
    kos: version.kos_uid,
    state: version.status,
    frozenAt: version.frozen_at.toISOString(),
    stateAt: version.status_at.toISOString(),
    visibility: version.visibility,
    reportId: version.report_id,
    replaces: version.replaces,
    attempts: attempts.filter(({ version: id }) => id === version.id).map(({ attempt }) => attempt),
  }));
}

type Attempt = ExamStory['versions'][number]['attempts'][number];

/** The latest contacts with the DMP, oldest first. */
async function attemptsOf(tx: Tx, examId: string): Promise<{ version: string; attempt: Attempt }[]> {
  const rows = await tx.query<{
    kos_version_id: string;
    operation: Attempt['operation'];
    started_at: Date;
    ended_at: Date | null;
    outcome: string | null;
    code: string | null;
    detail: string | null;
  }>(
    `select kos_version_id, operation, started_at, ended_at, outcome, code, detail
       from dmp_attempt join kos_version on kos_version.id = kos_version_id
      where exam_id = $1 order by dmp_attempt.position desc limit ${MAX_ATTEMPTS}`,
    [examId],
  );
  return rows.toReversed().map((row) => ({
    version: row.kos_version_id,
    attempt: {
      operation: row.operation,
      startedAt: row.started_at.toISOString(),
      endedAt: row.ended_at?.toISOString() ?? null,
      outcome: row.outcome,
      cause: causeOf(row.code, row.detail) satisfies Cause | null,
    },
  }));
}
