import { randomUUID } from 'node:crypto';
import { type EventBody, failure, type Report } from '@drimbox/contracts';
import { headOf, type Version } from '../life/lineage.js';
import { type LifeEvent, transition } from '../life/life.js';
import { type LiveHead, type Wanted, wantedOf } from '../life/wanted.js';
import type { VisibilityRule } from '../kos/visibility.js';
import { documentKey } from '../reports/document-key.js';
import type { Exam, PointerTx, StoredReport } from './pointer-store.js';
import { project } from './project.js';

/** Takes what the RIS and the PACS say into the tables, in one transaction each; the work towards the DMP comes after. */
export class Intake {
  constructor(
    private readonly rule: VisibilityRule,
    private readonly now: () => Date,
  ) {}

  /** @returns the exams that the report touches, by id. */
  async take(tx: PointerTx, report: Report): Promise<string[]> {
    const { document, site } = report;
    const setId = document.setId && documentKey(document.setId);
    const documents = [documentKey(document.id), ...(document.replaces ? [documentKey(document.replaces)] : [])];
    await tx.lockReports([...(setId ? [`set ${setId}`] : []), ...documents].toSorted());

    const [lineage = randomUUID(), ...others] = await lineagesFor(tx, report, setId, documents);
    const fresh = await tx.addReport({ report, lineage });
    if (fresh && others.length > 0) await tx.mergeLineages(lineage, others);
    // A replacement that drops a study concerns that study, too.
    const studies = new Set([...report.studies.map(({ uid }) => uid), ...(await tx.studiesOf(lineage))]);
    const touched: string[] = [];
    // Always in the same order: two reports on the same studies never wait for each other.
    for (const study of [...studies].toSorted()) {
      const exam = await tx.lockExam({ site, study, pacsLink: report.pacsLink });
      if (fresh) await this.ask(tx, exam, report);
      else if (report.studies.some(({ uid }) => uid === study)) await this.traceKnown(tx, exam, report);
      touched.push(exam.id);
    }
    return touched;
  }

  private async ask(tx: PointerTx, exam: Exam, report: Report): Promise<void> {
    const event = requestEvent(report, exam);
    const { next, action } = transition(exam.state, event);
    const after: Exam = {
      ...exam,
      version: exam.version + 1,
      attempts: 0,
      nextAttemptAt: this.now(),
      firstReportAt: exam.firstReportAt ?? new Date(report.receivedAt),
    };
    await tx.saveExam(exam, after);
    await tx.addStep(exam.id, { event, from: exam.state, to: next, action, reportId: report.id });
    await project(tx, after, await wantedIn(tx, after, this.rule));
  }

  /** The same CDA id with the same operation says nothing new: traced, and publishes nothing. */
  private async traceKnown(tx: PointerTx, exam: Exam, report: Report): Promise<void> {
    const { state } = exam;
    const event = requestEvent(report, exam);
    await tx.addStep(exam.id, {
      event,
      from: state,
      to: state,
      action: 'settle',
      cause: failure('DRIM-406'),
      reportId: report.id,
    });
  }

  /** A PACS says that a study changed (OMI, IOCM): no report comes with it. */
  async examChanged(tx: PointerTx, notice: EventBody<'exam.changed'>): Promise<void> {
    const exam = await tx.lockExam({ site: notice.site, study: notice.study, pacsLink: notice.pacsLink });
    const event: LifeEvent = notice.cause === 'omi' ? 'exam.omi' : 'exam.iocm';
    const { next, action } = transition(exam.state, event);
    await tx.addStep(exam.id, { event, from: exam.state, to: next, action, cause: failure('DRIM-407') });
    await tx.park({ id: notice.noticeId, examId: exam.id, event });
  }
}

/**
 * The lineages a message belongs to: those of the documents it names, else that of its set. A set is trusted as far as it
 * can be: two first transmissions of different documents are two reports, whatever set a RIS gives them.
 */
async function lineagesFor(
  tx: PointerTx,
  { site, operation, document }: Report,
  setId: string | undefined,
  documents: readonly string[],
): Promise<string[]> {
  const chain = await tx.lineagesOf(site, undefined, documents);
  if (chain.length > 0 || setId === undefined) return chain;
  const own = documentKey(document.id);
  const ofSet = await tx.lineagesOfSet(site, setId);
  const possible = operation === 'new' ? ofSet.filter(({ firsts }) => firsts.every((first) => first === own)) : ofSet;
  return possible.length === 1 ? possible.map(({ lineage }) => lineage) : [];
}

/** The life event that a report is for one of its exams; MODIF_CONF_CODE says a change of visibility (interop §1.1). */
export function requestEvent(report: Report, exam: Exam): LifeEvent {
  if (report.operation === 'withdraw') return 'report.withdraw';
  if (report.operation === 'new') return exam.firstReportAt === null ? 'report.new' : 'report.join';
  const { modifConfCode, masquePs, invisiblePatient, invisibleRepresentants } = report.visibility;
  if (!modifConfCode) return 'report.replace';
  return masquePs || invisiblePatient || invisibleRepresentants ? 'report.hide' : 'report.show';
}

/** What the DMP should show of an exam, from every report that ever named it. */
export async function wantedIn(tx: PointerTx, { site, study }: Exam, rule: VisibilityRule): Promise<Wanted> {
  return wantedOf(liveHeads(await tx.reportsOf(site, study), study), rule);
}

/** Heads of the lineages that are live and still name the study. */
export const liveHeads = (reports: readonly StoredReport[], study: string): LiveHead[] =>
  headsOf(reports, study).filter(({ live }) => live);

/** Head of every lineage; one that is withdrawn, or no longer names the study, is not live. */
export function headsOf(reports: readonly StoredReport[], study: string): (LiveHead & { readonly live: boolean })[] {
  const lineages = new Map<string, (Version & StoredReport)[]>();
  for (const stored of reports) {
    const known = lineages.get(stored.lineage);
    const version = { ...versionOf(stored.report), ...stored };
    if (known) known.push(version);
    else lineages.set(stored.lineage, [version]);
  }
  return [...lineages].map(([lineage, versions]) => {
    const { version, live } = headOf(versions);
    return {
      lineage,
      since: Math.min(...versions.map(({ sequence }) => sequence)),
      report: version.report,
      live: live && version.report.studies.some(({ uid }) => uid === study),
    };
  });
}

const versionOf = ({ id, operation, document, messageTime, sequence }: Report): Version => ({
  reportId: id,
  operation,
  document: documentKey(document.id),
  replaces: document.replaces && documentKey(document.replaces),
  number: document.version,
  messageTime,
  sequence,
});
