import type { ExamDetail, ExamStory } from '@drimbox/contracts';
import { planOf, type PointerVersion } from '../life/plan.js';
import type { Wanted } from '../life/wanted.js';
import { headsOf } from '../pointer/intake.js';
import type { Exam, StoredReport } from '../pointer/pointer-store.js';
import { isHeld } from '../pointer/reconciler.js';
import { documentKey } from '../reports/document-key.js';

/** What the tables know of an exam at one moment. */
export interface ExamFacts {
  readonly exam: Exam;
  readonly detail: ExamDetail;
  readonly reports: readonly StoredReport[];
  readonly wanted: Wanted;
  readonly versions: readonly PointerVersion[];
  /** The same versions with their times and attempts. */
  readonly versionStories: ExamStory['versions'];
}

/** Why an exam stands where it stands: the same decisions as the reconciler's, said and not carried out. */
export function storyOf({ exam, detail, reports, wanted, versions, versionStories }: ExamFacts): ExamStory {
  return {
    exam: detail,
    reports: speakingReports(reports, exam.study),
    wanted: wantedSaid(wanted),
    versions: versionStories,
    plan: planOf(wanted, versions).map((operation) => ({
      kind: operation.kind,
      version: ('version' in operation ? operation.version.id : operation.replaces?.id) ?? null,
      held: isHeld(operation, exam, wanted),
    })),
  };
}

/** Who speaks for each lineage, oldest first. */
const speakingReports = (reports: readonly StoredReport[], study: string): ExamStory['reports'] =>
  headsOf(reports, study)
    .toSorted((a, b) => a.since - b.since)
    .map(({ lineage, report, live }) => ({
      lineage,
      reportId: report.id,
      document: documentKey(report.document.id),
      version: report.document.version ?? null,
      operation: report.operation,
      receivedAt: report.receivedAt,
      live,
      visibility: report.visibility,
    }));

/** Without the patient it is for. */
function wantedSaid(wanted: Wanted): ExamStory['wanted'] {
  const [basis] = wanted.kind === 'pointer' ? wanted.heads : [];
  if (wanted.kind !== 'pointer' || !basis) return { kind: wanted.kind === 'conflict' ? 'conflict' : 'nothing' };
  return { kind: 'pointer', visibility: wanted.visibility, builtFrom: basis.report.id };
}
