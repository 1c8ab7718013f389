import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExamDetail, type ServiceName, SiteRegistry } from '@drimbox/contracts';
import type { Mesh } from '../mesh/mesh.js';
import { reportOf, type ReportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { writeRegistry } from '../stack/stack.js';
import { generateStudy, type Study, type StudyOptions } from '../studies/generate-study.js';

export const SMALL_SERIES: StudyOptions['series'] = [{ modality: 'CT', instances: 2 }];

/** A study of a test number, small unless said otherwise. */
export const studyOf = (number: number, options: Partial<StudyOptions> = {}): Study =>
  generateStudy({ number, series: SMALL_SERIES, ...options });

/** Sends a report from a site and expects responsibility to be taken for it. @throws when it is not answered AA. */
export async function sendReport(
  mesh: Mesh,
  studies: readonly Study[],
  { site = 0, ...options }: ReportOf & { site?: number },
): Promise<void> {
  const sender = mesh.stack.sites[site];
  if (!sender) throw new Error(`no site ${site}`);
  const answer = await mesh.send(reportOf(sender, studies, options), { site });
  if (!answer.ok) throw new Error(`no acknowledgement: ${answer.reason}`);
  if (answer.ack.code !== 'AA') throw new Error(`${answer.ack.code} ${JSON.stringify(answer.ack.errors)}`);
}

/** A small study in the site's PACS, and its report sent. Study and report carry the same test number. */
export async function playStudy(
  mesh: Mesh,
  number: number,
  { site = 0, ...options }: Partial<ReportOf> & { site?: number } = {},
): Promise<Study> {
  const study = studyOf(number);
  const pacs = mesh.stack.pacs[site];
  if (!pacs) throw new Error(`no PACS ${site}`);
  await loadStudy(pacs, study);
  await sendReport(mesh, [study], { document: number, site, ...options });
  return study;
}

const WAIT_SECONDS = 30;
const POLL_MS = 25;

/** The exam of a study once it is as wanted. @throws after 30 s, saying where it stands instead. */
export async function examWhere(mesh: Mesh, study: string, wanted: (exam: ExamDetail) => boolean): Promise<ExamDetail> {
  let seen: ExamDetail | undefined;
  for (const until = Date.now() + WAIT_SECONDS * 1000; Date.now() < until; await sleep(POLL_MS)) {
    seen = await mesh.exam(study);
    if (seen && wanted(seen)) return seen;
  }
  throw new Error(`exam ${study} stands elsewhere: ${JSON.stringify(seen)}`);
}

/** The exam of a study once it waits in that state for that cause. */
export const examWaiting = (
  mesh: Mesh,
  study: string,
  { state, code, attempts = 1 }: { state: string; code: string; attempts?: number },
): Promise<ExamDetail> =>
  examWhere(mesh, study, (exam) => exam.state === state && exam.cause?.code === code && exam.attempts >= attempts);

/** The log of a service as far as it is written. */
export const logOf = (mesh: Mesh, service: ServiceName): Promise<string> =>
  readFile(join(mesh.stack.dir, `${service}.log`), 'utf8');

const RELOAD_SECONDS = 15;

/** Changes the registry file under the running services and waits until each of `by` has taken the new version. */
export async function changeRegistry(
  mesh: Mesh,
  by: readonly ServiceName[],
  change: (registry: SiteRegistry) => SiteRegistry,
): Promise<void> {
  const { dir, around } = mesh.stack;
  const loads = async (service: ServiceName): Promise<number> =>
    (await logOf(mesh, service)).split('"registry.loaded"').length;
  const before = await Promise.all(by.map(loads));
  const registry = SiteRegistry.parse(JSON.parse(await readFile(around.registryFile, 'utf8')));
  await writeRegistry(dir, registry, change);
  const until = Date.now() + RELOAD_SECONDS * 1000;
  for (;;) {
    const now = await Promise.all(by.map(loads));
    if (now.every((count, index) => count > (before[index] ?? 0))) return;
    if (Date.now() > until) throw new Error(`the registry was not taken within ${RELOAD_SECONDS} s`);
    await sleep(POLL_MS);
  }
}

type PacsLink = SiteRegistry['sites'][number]['pacsLinks'][number];

/** The registry with other settings for the PACS link of the n-th site. */
export const withPacsLink =
  (site: number, settings: Partial<PacsLink>) =>
  (registry: SiteRegistry): SiteRegistry => ({
    ...registry,
    sites: registry.sites.map((one, index) =>
      index === site ? { ...one, pacsLinks: one.pacsLinks.map((link) => ({ ...link, ...settings })) } : one,
    ),
  });
