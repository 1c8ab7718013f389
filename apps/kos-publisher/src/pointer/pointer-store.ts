import type { Failure, Report, Visibility } from '@drimbox/contracts';
import type { FrozenSubmission, KosSummary } from '../archive/frozen-submission.js';
import type { AttemptOutcome } from '../dmp/look-first.js';
import type { LifeEvent, State } from '../life/life.js';
import type { Operation, PointerVersion, VersionStatus } from '../life/plan.js';

/** One study of one site, and where its pointer stands. */
export interface Exam {
  readonly id: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  readonly state: State;
  /** One more at each committed change: what a projection compares. */
  readonly version: number;
  readonly cause: Failure | null;
  /** Attempts since the last success or change. */
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  /** A search for exactly this is not tried again by itself (mismatch, or absent too often). */
  readonly held: { readonly fingerprint: string; readonly cause: Failure } | null;
  readonly firstReportAt: Date | null;
}

/** A report as kept, with the lineage it belongs to. */
export interface StoredReport {
  readonly report: Report;
  readonly lineage: string;
}

/** A version as frozen; the archive never changes it (DB.SO.13). */
export interface FrozenVersion {
  readonly id: string;
  readonly examId: string;
  readonly kosUid: string;
  readonly kos: Buffer;
  readonly metadata: Buffer;
  readonly signature: Buffer;
  readonly submission: FrozenSubmission;
  readonly summary: KosSummary;
  readonly visibility: Visibility;
  /** What the archive is searched by, besides the study. */
  readonly identifiers: { readonly ipp?: string | undefined; readonly accession?: string | undefined };
  readonly lineage: string;
  readonly reportId: string;
  /** Of its KOS: one more at each replacement (drimbox-rules §3.4). */
  readonly instanceNumber: number;
  /** Version of the same record that this one replaces in the DMP. */
  readonly replaces: string | null;
}

export interface Step {
  readonly event: LifeEvent;
  readonly from: State;
  readonly to: State;
  readonly action: string;
  readonly cause?: Failure | undefined;
  readonly reportId?: string | undefined;
  readonly milliseconds?: number | undefined;
}

/** A step towards the DMP that ended, well or not. */
export interface StepTold {
  readonly exam: Exam;
  readonly operation: Operation;
  readonly event: LifeEvent;
  readonly cause?: Failure | undefined;
  /** Not tried again by itself. */
  readonly final: boolean;
}

/** What the doors of the product need to know of an exam, told at each change (architecture, rule 3). */
export interface Projection {
  readonly examId: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  readonly version: number;
  /** A live report covers the exam: false as soon as the withdrawal is committed, whatever the DMP answers. */
  readonly shown: boolean;
  readonly invisiblePatient: boolean;
  readonly kos: string | null;
  readonly formerKos: readonly string[];
}

/** One transaction on the pointers. Rows it reads with a lock stay locked until it ends. */
export interface PointerTx {
  /** Serialises what touches the same reports: taken in one order by everybody. */
  lockReports(keys: readonly string[]): Promise<void>;
  /** @returns false when the same operation on the same document is already known. */
  addReport(stored: StoredReport): Promise<boolean>;
  /** Lineages of a site that share the set, or hold or replace one of the documents. */
  lineagesOf(site: string, setId: string | undefined, documents: readonly string[]): Promise<string[]>;
  /** Lineages of a CDA set, each with the documents of its first transmissions. */
  lineagesOfSet(site: string, setId: string): Promise<{ lineage: string; firsts: string[] }[]>;
  mergeLineages(into: string, others: readonly string[]): Promise<void>;
  /** Studies named by any report of the lineage. */
  studiesOf(lineage: string): Promise<string[]>;
  /** Every report of the lineages that name the study in one of their versions. */
  reportsOf(site: string, study: string): Promise<StoredReport[]>;

  lockExam(key: { site: string; study: string; pacsLink: string }): Promise<Exam>;
  lockExamById(id: string): Promise<Exam | undefined>;
  /** Stores the exam if its row still has the version it was read with. */
  saveExam(before: Exam, after: Exam, options?: { readonly release?: boolean }): Promise<void>;
  addStep(examId: string, step: Step): Promise<void>;
  park(request: { id: string; examId: string; event: LifeEvent }): Promise<void>;

  /** Oldest first. */
  versions(examId: string): Promise<PointerVersion[]>;
  frozen(versionId: string): Promise<FrozenVersion>;
  freeze(version: FrozenVersion): Promise<void>;
  setStatus(versionId: string, status: VersionStatus): Promise<void>;
  beginAttempt(versionId: string, operation: 'send' | 'look' | 'delete'): Promise<string>;
  endAttempt(attemptId: string, outcome: NonNullable<AttemptOutcome>, told?: Failure): Promise<void>;

  project(projection: Projection): Promise<void>;
  /** What DSR §3.2.3 C counts and what the audit keeps of a step. */
  tell(told: StepTold): Promise<void>;
}

/** The tables of the pointers: PostgreSQL in the product, memory in thousands of random lives. */
export interface PointerStore {
  transaction<T>(work: (tx: PointerTx) => Promise<T>): Promise<T>;
}
