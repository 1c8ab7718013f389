import { type Failure, failure, isErrorCode, type Visibility } from '@drimbox/contracts';
import type { FrozenSubmission, KosSummary } from '../archive/frozen-submission.js';
import { type AttemptOutcome, mustLookFirst } from '../dmp/look-first.js';
import type { State } from '../life/life.js';
import type { PointerVersion, VersionStatus } from '../life/plan.js';
import type { Exam, FrozenVersion } from './pointer-store.js';

/** Rows of the pointer tables, and what they are outside SQL. */
export interface ExamRow {
  id: string;
  site: string;
  pacs_link: string;
  study: string;
  state: State;
  version: number;
  cause_code: string | null;
  cause_detail: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  held_fingerprint: string | null;
  held_code: string | null;
  held_detail: string | null;
  first_report_at: Date | null;
}

export const EXAM_COLUMNS = `id, site, pacs_link, study, state, version, cause_code, cause_detail, attempts, next_attempt_at,
  held_fingerprint, held_code, held_detail, first_report_at`;

export function toExam(row: ExamRow): Exam {
  const held = failureOf(row.held_code, row.held_detail);
  return {
    id: row.id,
    site: row.site,
    pacsLink: row.pacs_link,
    study: row.study,
    state: row.state,
    version: row.version,
    cause: failureOf(row.cause_code, row.cause_detail),
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    held: held && row.held_fingerprint !== null ? { fingerprint: row.held_fingerprint, cause: held } : null,
    firstReportAt: row.first_report_at,
  };
}

export const failureOf = (code: string | null, detail: string | null): Failure | null =>
  code !== null && isErrorCode(code) ? failure(code, detail ?? undefined) : null;

export interface VersionRow {
  id: string;
  kos_uid: string;
  ins: string;
  visibility: Visibility;
  lineage: string;
  report_id: string;
  instance_number: number;
  status: VersionStatus;
  outcomes: (NonNullable<AttemptOutcome> | null)[];
  late: boolean;
  outdated: boolean;
}

export const toVersion = (row: VersionRow): PointerVersion => ({
  id: row.id,
  kosUid: row.kos_uid,
  ins: row.ins,
  visibility: row.visibility,
  lineage: row.lineage,
  reportId: row.report_id,
  instanceNumber: row.instance_number,
  status: row.status,
  doubt: mustLookFirst(row.outcomes.map((outcome) => outcome ?? undefined)),
  late: row.late,
  outdated: row.outdated,
});

export interface FrozenRow {
  id: string;
  exam_id: string;
  kos_uid: string;
  kos: Buffer;
  metadata: Buffer;
  signature: Buffer;
  submission: FrozenSubmission;
  summary: KosSummary;
  visibility: Visibility;
  lineage: string;
  report_id: string;
  instance_number: number;
  replaces: string | null;
  ipp: string | null;
  accession: string | null;
}

export const FROZEN_COLUMNS = `id, exam_id, kos_uid, kos, metadata, signature, submission, summary, visibility, lineage, report_id,
  instance_number, replaces, ipp, accession`;

export const toFrozen = (row: FrozenRow): FrozenVersion => ({
  id: row.id,
  examId: row.exam_id,
  kosUid: row.kos_uid,
  kos: row.kos,
  metadata: row.metadata,
  signature: row.signature,
  submission: row.submission,
  summary: row.summary,
  visibility: row.visibility,
  lineage: row.lineage,
  reportId: row.report_id,
  instanceNumber: row.instance_number,
  replaces: row.replaces,
  identifiers: { ipp: row.ipp ?? undefined, accession: row.accession ?? undefined },
});
