import { setTimeout as sleep } from 'node:timers/promises';
import { reportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { mllpSend } from '../ris/mllp/mllp-sender.js';
import { generateStudy, type StudyOptions } from '../studies/generate-study.js';
import type { Stack } from '../stack/stack.js';
import type { TestPatient } from '../studies/test-patient.js';

export interface PlayedReport {
  readonly study: string;
  /** UID of its first series, and how many instances it has. */
  readonly firstSeries: { readonly uid: string; readonly instances: number };
  readonly acknowledgement: string;
  /** DMP entry, undefined when the time ran out. */
  readonly entry: DmpEntry | undefined;
}

export interface DmpEntry {
  readonly uniqueId: string;
  readonly status: string;
  readonly referenceIds: readonly string[];
}

const POLL_MS = 20;

/**
 * A whole report: a study in the PACS, the validated report over MLLP, the pointer awaited in the DMP.
 * Each step's milliseconds are told.
 */
export async function playReport(
  stack: Stack,
  siteIndex: number,
  number: number,
  options: {
    readonly awaitSeconds: number;
    readonly series?: StudyOptions['series'];
    readonly patient?: TestPatient;
  },
  onStep: (name: string, milliseconds: number) => void,
): Promise<PlayedReport> {
  const site = stack.sites[siteIndex];
  const pacs = stack.pacs[siteIndex];
  if (!site || !pacs) throw new Error(`no site ${siteIndex}`);
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const value = await work();
    onStep(name, performance.now() - from);
    return value;
  };
  const series = options.series ?? [
    { modality: 'MR', instances: 12 },
    { modality: 'MR', instances: 8 },
  ];
  const study = generateStudy({ number, series, ...(options.patient && { patient: options.patient }) });
  await timed('study in the PACS', () => loadStudy(pacs, study));

  const message = reportOf(site, [study], { document: number });
  const answer = await timed('report acknowledged', () => mllpSend('127.0.0.1', stack.hl7Port(site.id), message));
  const acknowledgement = answer.ok ? answer.ack.code : 'none';
  const entry = await timed('pointer in the DMP', () => awaitEntry(stack.dmp.deskUrl, study.uid, options.awaitSeconds));
  const [first] = study.series;
  if (!first) throw new Error('a study without a series');
  return {
    study: study.uid,
    firstSeries: { uid: first.uid, instances: first.instances.length },
    acknowledgement,
    entry,
  };
}

/** Looks at the DMP's list until it names the study. */
export async function awaitEntry(deskUrl: string, study: string, seconds: number): Promise<DmpEntry | undefined> {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    const entries = (await (await fetch(`${deskUrl}/entries`)).json()) as DmpEntry[];
    const entry = entries.find(({ referenceIds }) => referenceIds.some((id) => id.startsWith(`${study}^`)));
    if (entry) return entry;
    await sleep(POLL_MS);
  }
  return undefined;
}
