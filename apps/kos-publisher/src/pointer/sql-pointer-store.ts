import { randomUUID } from 'node:crypto';
import type { Failure, Report } from '@drimbox/contracts';
import { Database, type Tx } from '@drimbox/persistence';
import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import type { AttemptOutcome } from '../dmp/look-first.js';
import type { LifeEvent } from '../life/life.js';
import type { PointerVersion, VersionStatus } from '../life/plan.js';
import { documentKey } from '../reports/document-key.js';
import type {
  Exam,
  FrozenVersion,
  PointerStore,
  PointerTx,
  Projection,
  Step,
  StepTold,
  StoredReport,
} from './pointer-store.js';
import {
  EXAM_COLUMNS,
  type ExamRow,
  FROZEN_COLUMNS,
  type FrozenRow,
  toExam,
  toFrozen,
  toVersion,
  type VersionRow,
} from './rows.js';
import { StepTeller } from './step-teller.js';

/** The pointers in PostgreSQL: row locks on exams, advisory locks on the ids that tie reports together. */
@Injectable()
export class SqlPointerStore implements PointerStore {
  constructor(
    private readonly database: Database,
    private readonly teller: StepTeller,
    @Inject(CONFIG) private readonly settings: Pick<Settings, 'dmpLateSeconds'>,
  ) {}

  transaction<T>(work: (tx: PointerTx) => Promise<T>): Promise<T> {
    return this.database.transaction((tx) => work(this.within(tx)), { retries: 3 });
  }

  /** The same tables inside a transaction somebody else began (the inbox's). */
  within(tx: Tx): PointerTx {
    return new SqlPointerTx(tx, this.teller, this.settings.dmpLateSeconds);
  }
}

class SqlPointerTx implements PointerTx {
  constructor(
    private readonly tx: Tx,
    private readonly teller: StepTeller,
    private readonly lateSeconds: number,
  ) {}

  async lockReports(keys: readonly string[]): Promise<void> {
    await this.tx.query(
      `select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest($1::text[]) with ordinality as k (key, at) order by at`,
      [keys],
    );
  }

  async addReport({ report, lineage }: StoredReport): Promise<boolean> {
    const { document } = report;
    const { count } = await this.tx.run({
      text: `with added as (
               insert into report (id, site, lineage, operation, document_key, set_key, replaces_key, sequence, body, received_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id)
             insert into report_study (site, study, report_id)
             select $2, study, added.id from added, unnest($11::text[]) as study on conflict do nothing`,
      values: [
        report.id,
        report.site,
        lineage,
        report.operation,
        documentKey(document.id),
        document.setId ? documentKey(document.setId) : null,
        document.replaces ? documentKey(document.replaces) : null,
        report.sequence,
        JSON.stringify(report),
        report.receivedAt,
        report.studies.map(({ uid }) => uid),
      ],
    });
    return count > 0;
  }

  async lineagesOf(site: string, setId: string | undefined, documents: readonly string[]): Promise<string[]> {
    const rows = await this.tx.query<{ lineage: string }>(
      `select lineage from report where site = $1 and set_key = $2
       union select lineage from report where site = $1 and document_key = any($3)
       union select lineage from report where site = $1 and replaces_key = any($3)
       order by lineage`,
      [site, setId ?? null, documents],
    );
    return rows.map(({ lineage }) => lineage);
  }

  lineagesOfSet(site: string, setId: string): Promise<{ lineage: string; firsts: string[] }[]> {
    return this.tx.query<{ lineage: string; firsts: string[] }>(
      `select lineage, coalesce(array_agg(document_key) filter (where operation = 'new'), '{}') as firsts from report
        where lineage in (select lineage from report where site = $1 and set_key = $2)
        group by lineage order by lineage`,
      [site, setId],
    );
  }

  async mergeLineages(into: string, others: readonly string[]): Promise<void> {
    await this.tx.query(`update report set lineage = $1 where lineage = any($2)`, [into, others]);
    await this.tx.query(`update kos_version set lineage = $1 where lineage = any($2)`, [into, others]);
  }

  async studiesOf(lineage: string): Promise<string[]> {
    const rows = await this.tx.query<{ study: string }>(
      `select distinct study from report_study join report on report.id = report_id where lineage = $1 order by study`,
      [lineage],
    );
    return rows.map(({ study }) => study);
  }

  reportsOf(site: string, study: string): Promise<StoredReport[]> {
    return this.tx.query<StoredReport & { report: Report }>(
      `select body as report, lineage from report
        where site = $1 and lineage in (
          select lineage from report_study join report on report.id = report_id where report_study.site = $1 and study = $2)`,
      [site, study],
    );
  }

  async lockExam({ site, study, pacsLink }: { site: string; study: string; pacsLink: string }): Promise<Exam> {
    await this.tx.query(
      `insert into exam (id, site, study, pacs_link, state) values ($1, $2, $3, $4, 'none') on conflict (site, study) do nothing`,
      [randomUUID(), site, study, pacsLink],
    );
    const [row] = await this.tx.query<ExamRow>(
      `select ${EXAM_COLUMNS} from exam where site = $1 and study = $2 for update`,
      [site, study],
    );
    if (!row) throw new Error('an exam that was just made is missing');
    return toExam(row);
  }

  async lockExamById(id: string): Promise<Exam | undefined> {
    const [row] = await this.tx.query<ExamRow>(`select ${EXAM_COLUMNS} from exam where id = $1 for update`, [id]);
    return row && toExam(row);
  }

  async saveExam(before: Exam, after: Exam, { release = false }: { readonly release?: boolean } = {}): Promise<void> {
    const { count } = await this.tx.run({
      name: 'exam-save',
      text: `update exam set state = $3, version = $4, cause_code = $5, cause_detail = $6, attempts = $7, next_attempt_at = $8,
                    held_fingerprint = $9, held_code = $10, held_detail = $11, first_report_at = $12, updated_at = now(),
                    claimed_until = case when $13 then null else claimed_until end
              where id = $1 and version = $2`,
      values: [
        after.id,
        before.version,
        after.state,
        after.version,
        after.cause?.code ?? null,
        after.cause?.detail ?? null,
        after.attempts,
        after.nextAttemptAt,
        after.held?.fingerprint ?? null,
        after.held?.cause.code ?? null,
        after.held?.cause.detail ?? null,
        after.firstReportAt,
        release,
      ],
    });
    if (count !== 1) throw new Error(`exam ${after.id} changed under its lock`);
  }

  async addStep(examId: string, step: Step): Promise<void> {
    await this.tx.run({
      name: 'exam-step',
      text: `insert into exam_step (exam_id, event, from_state, to_state, action, code, detail, report_id, milliseconds)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [
        examId,
        step.event,
        step.from,
        step.to,
        step.action,
        step.cause?.code ?? null,
        step.cause?.detail ?? null,
        step.reportId ?? null,
        step.milliseconds ?? null,
      ],
    });
  }

  async park(request: { id: string; examId: string; event: LifeEvent }): Promise<void> {
    await this.tx.query(`insert into parked_request (id, exam_id, event) values ($1, $2, $3) on conflict do nothing`, [
      request.id,
      request.examId,
      request.event,
    ]);
  }

  async versions(examId: string): Promise<PointerVersion[]> {
    const rows = await this.tx.query<VersionRow>(
      `select id, kos_uid, ins, visibility, lineage, report_id, instance_number, status, outdated,
              array(select outcome from dmp_attempt where kos_version_id = kos_version.id
                       and (operation <> 'look' or outcome is not null) order by position) as outcomes,
              exists (select from dmp_attempt
                       where kos_version_id = kos_version.id and (outcome is null or outcome = 'unknown')
                         and operation = case kos_version.status when 'frozen' then 'send' when 'approved' then 'delete' end
                         and started_at > now() - $2 * interval '1 second') as late
         from kos_version where exam_id = $1 order by number`,
      [examId, this.lateSeconds],
    );
    return rows.map(toVersion);
  }

  async frozen(versionId: string): Promise<FrozenVersion> {
    const [row] = await this.tx.query<FrozenRow>(`select ${FROZEN_COLUMNS} from kos_version where id = $1`, [
      versionId,
    ]);
    if (!row) throw new Error(`version ${versionId} is not in the archive`);
    return toFrozen(row);
  }

  async freeze(version: FrozenVersion): Promise<void> {
    await this.tx.query(
      `insert into kos_version (id, exam_id, number, kos_uid, kos, metadata, signature, submission, summary, visibility, lineage,
                                report_id, instance_number, replaces, ins, ipp, accession)
       select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
         from kos_version where exam_id = $2`,
      [
        version.id,
        version.examId,
        version.kosUid,
        version.kos,
        version.metadata,
        version.signature,
        JSON.stringify(version.submission),
        JSON.stringify(version.summary),
        JSON.stringify(version.visibility),
        version.lineage,
        version.reportId,
        version.instanceNumber,
        version.replaces,
        version.submission.patient.ins,
        version.identifiers.ipp ?? null,
        version.identifiers.accession ?? null,
      ],
    );
  }

  async setStatus(versionId: string, status: VersionStatus): Promise<void> {
    await this.tx.query(`update kos_version set status = $2, status_at = now() where id = $1`, [versionId, status]);
  }

  async beginAttempt(versionId: string, operation: 'send' | 'look' | 'delete'): Promise<string> {
    const id = randomUUID();
    await this.tx.query(`insert into dmp_attempt (id, kos_version_id, operation) values ($1, $2, $3)`, [
      id,
      versionId,
      operation,
    ]);
    return id;
  }

  async endAttempt(attemptId: string, outcome: NonNullable<AttemptOutcome>, told?: Failure): Promise<void> {
    await this.tx.query(`update dmp_attempt set ended_at = now(), outcome = $2, code = $3, detail = $4 where id = $1`, [
      attemptId,
      outcome,
      told?.code ?? null,
      told?.detail ?? null,
    ]);
  }

  project(projection: Projection): Promise<void> {
    return this.teller.project(this.tx, projection);
  }

  async tell(told: StepTold): Promise<void> {
    const version = 'version' in told.operation ? await this.frozen(told.operation.version.id) : undefined;
    await this.teller.tell(this.tx, told, version);
  }
}
