import { randomUUID } from 'node:crypto';
import { documentKey } from '../reports/document-key.js';
import { mustLookFirst, type AttemptOutcome } from '../dmp/look-first.js';
import type { PointerVersion, VersionStatus } from '../life/plan.js';
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

interface Attempt {
  readonly versionId: string;
  readonly operation: string;
  readonly outcome: AttemptOutcome;
  readonly startedAt: number;
}

interface State {
  reports: StoredReport[];
  exams: Map<string, Exam>;
  steps: { examId: string; step: Step }[];
  parked: { id: string; examId: string; event: string }[];
  versions: (FrozenVersion & { status: VersionStatus })[];
  attempts: Map<string, Attempt>;
  projections: Projection[];
  told: StepTold[];
}

const copy = (state: State): State => ({
  reports: [...state.reports],
  exams: new Map(state.exams),
  steps: [...state.steps],
  parked: [...state.parked],
  versions: [...state.versions],
  attempts: new Map(state.attempts),
  projections: [...state.projections],
  told: [...state.told],
});

/** The in-memory twin: one transaction at a time, undone when it throws. Ships for tests of whole lives. */
export class MemoryPointerStore implements PointerStore {
  state: State = {
    reports: [],
    exams: new Map(),
    steps: [],
    parked: [],
    versions: [],
    attempts: new Map(),
    projections: [],
    told: [],
  };
  private last: Promise<unknown> = Promise.resolve();

  /** @param lateMs how long the DMP may still do what was given up; by default it does not. */
  constructor(private readonly lateMs = 0) {}

  transaction<T>(work: (tx: PointerTx) => Promise<T>): Promise<T> {
    const run = this.last.then(async () => {
      const before = copy(this.state);
      try {
        return await work(new MemoryTx(this.state, this.lateMs));
      } catch (error) {
        this.state = before;
        throw error;
      }
    });
    this.last = run.catch(() => undefined);
    return run;
  }
}

class MemoryTx implements PointerTx {
  constructor(
    private readonly state: State,
    private readonly lateMs: number,
  ) {}

  async lockReports(): Promise<void> {
    // One transaction at a time: everything is locked.
  }

  async addReport(stored: StoredReport): Promise<boolean> {
    const { site, operation, document } = stored.report;
    const known = this.state.reports.some(
      ({ report }) =>
        report.id === stored.report.id ||
        (report.site === site &&
          report.operation === operation &&
          documentKey(report.document.id) === documentKey(document.id)),
    );
    if (!known) this.state.reports.push(stored);
    return !known;
  }

  async lineagesOf(site: string, setId: string | undefined, documents: readonly string[]): Promise<string[]> {
    const same = this.state.reports.filter(({ report }) => {
      const { document } = report;
      const names = [document.id, ...(document.replaces ? [document.replaces] : [])].map(documentKey);
      const sameSet = setId !== undefined && document.setId !== undefined && documentKey(document.setId) === setId;
      return report.site === site && (sameSet || names.some((name) => documents.includes(name)));
    });
    return [...new Set(same.map(({ lineage }) => lineage))].toSorted();
  }

  async lineagesOfSet(site: string, setId: string): Promise<{ lineage: string; firsts: string[] }[]> {
    const same = this.state.reports.filter(
      ({ report: { site: at, document } }) => at === site && document.setId && documentKey(document.setId) === setId,
    );
    return [...new Set(same.map(({ lineage }) => lineage))].toSorted().map((lineage) => ({
      lineage,
      firsts: this.state.reports
        .filter((one) => one.lineage === lineage && one.report.operation === 'new')
        .map(({ report }) => documentKey(report.document.id)),
    }));
  }

  async mergeLineages(into: string, others: readonly string[]): Promise<void> {
    this.state.reports = this.state.reports.map((one) =>
      others.includes(one.lineage) ? { ...one, lineage: into } : one,
    );
    this.state.versions = this.state.versions.map((one) =>
      others.includes(one.lineage) ? { ...one, lineage: into } : one,
    );
  }

  async studiesOf(lineage: string): Promise<string[]> {
    const reports = this.state.reports.filter((one) => one.lineage === lineage);
    return [...new Set(reports.flatMap(({ report }) => report.studies.map(({ uid }) => uid)))].toSorted();
  }

  async reportsOf(site: string, study: string): Promise<StoredReport[]> {
    const naming = this.state.reports.filter(
      ({ report }) => report.site === site && report.studies.some(({ uid }) => uid === study),
    );
    const lineages = new Set(naming.map(({ lineage }) => lineage));
    return this.state.reports.filter(({ lineage }) => lineages.has(lineage));
  }

  async lockExam({ site, study, pacsLink }: { site: string; study: string; pacsLink: string }): Promise<Exam> {
    const known = [...this.state.exams.values()].find((exam) => exam.site === site && exam.study === study);
    if (known) return known;
    const exam: Exam = {
      id: randomUUID(),
      site,
      study,
      pacsLink,
      state: 'none',
      version: 0,
      cause: null,
      attempts: 0,
      nextAttemptAt: null,
      held: null,
      firstReportAt: null,
    };
    this.state.exams.set(exam.id, exam);
    return exam;
  }

  async lockExamById(id: string): Promise<Exam | undefined> {
    return this.state.exams.get(id);
  }

  async saveExam(before: Exam, after: Exam): Promise<void> {
    if (this.state.exams.get(before.id)?.version !== before.version)
      throw new Error(`exam ${before.id} changed under its lock`);
    this.state.exams.set(after.id, after);
  }

  async addStep(examId: string, step: Step): Promise<void> {
    this.state.steps.push({ examId, step });
  }

  async park(request: { id: string; examId: string; event: string }): Promise<void> {
    this.state.parked.push(request);
  }

  async versions(examId: string): Promise<PointerVersion[]> {
    return this.state.versions
      .filter((version) => version.examId === examId)
      .map((version) => ({
        id: version.id,
        kosUid: version.kosUid,
        ins: version.submission.patient.ins,
        visibility: version.visibility,
        lineage: version.lineage,
        reportId: version.reportId,
        instanceNumber: version.instanceNumber,
        status: version.status,
        doubt: mustLookFirst(this.outcomes(version.id)),
        late: this.isLate(version.id, version.status),
        // Marked by a release that follows another: no life in memory has two.
        outdated: false,
      }));
  }

  private isLate(versionId: string, status: VersionStatus): boolean {
    const given = status === 'frozen' ? 'send' : status === 'approved' ? 'delete' : undefined;
    return [...this.state.attempts.values()].some(
      (attempt) =>
        attempt.versionId === versionId &&
        attempt.operation === given &&
        (attempt.outcome === undefined || attempt.outcome === 'unknown') &&
        attempt.startedAt > Date.now() - this.lateMs,
    );
  }

  private outcomes(versionId: string): AttemptOutcome[] {
    return [...this.state.attempts.values()]
      .filter(
        ({ versionId: of, operation, outcome }) => of === versionId && (operation !== 'look' || outcome !== undefined),
      )
      .map(({ outcome }) => outcome);
  }

  async frozen(versionId: string): Promise<FrozenVersion> {
    const found = this.state.versions.find(({ id }) => id === versionId);
    if (!found) throw new Error(`version ${versionId} is not in the archive`);
    return found;
  }

  async freeze(version: FrozenVersion): Promise<void> {
    this.state.versions.push({ ...version, status: 'frozen' });
  }

  async setStatus(versionId: string, status: VersionStatus): Promise<void> {
    this.state.versions = this.state.versions.map((one) => (one.id === versionId ? { ...one, status } : one));
  }

  async beginAttempt(versionId: string, operation: 'send' | 'look' | 'delete'): Promise<string> {
    const id = randomUUID();
    this.state.attempts.set(id, { versionId, operation, outcome: undefined, startedAt: Date.now() });
    return id;
  }

  async endAttempt(attemptId: string, outcome: NonNullable<AttemptOutcome>): Promise<void> {
    const attempt = this.state.attempts.get(attemptId);
    if (attempt) this.state.attempts.set(attemptId, { ...attempt, outcome });
  }

  async tell(told: StepTold): Promise<void> {
    this.state.told.push(told);
  }

  async project(projection: Projection): Promise<void> {
    this.state.projections.push(projection);
  }
}
