import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVICES } from '@drimbox/contracts';
import { runName } from '../stack/servers.js';
import { type Stack, startStack } from '../stack/stack.js';
import { type Desk, openDesk } from './desk.js';
import { fqdnsOf } from '../stack/sites.js';
import { type ExchangedImages, exchangeImages } from './exchange-images.js';
import { ReportDesk } from './report-desk.js';
import { type FetchedSeries, fetchSeries } from './fetch-series.js';
import { playReport, type PlayedReport } from './play-report.js';

/** `npm start`: the whole mesh on this machine, one report played through, then open until Ctrl-C (`--once`: it ends by itself). */
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const HOME = join(REPOSITORY, '.drimbox');
const AWAIT_SECONDS = 60;
/** Test number of the report and its study. */
const REPORT_NUMBER = 901;

interface Step {
  readonly name: string;
  readonly milliseconds: number;
}

async function main(argv: readonly string[]): Promise<number> {
  const once = argv.includes('--once');
  const unknown = argv.find((argument) => argument !== '--once');
  if (unknown) {
    console.error(`unknown argument ${unknown}; the only one is --once`);
    return 2;
  }
  const dir = join(HOME, 'runs', runName());
  const steps: Step[] = [];
  const onStep = (name: string, milliseconds: number): void => {
    steps.push({ name, milliseconds });
    console.log(`${name.padEnd(24)} ${String(Math.round(milliseconds)).padStart(6)} ms`);
  };
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
  await mkdir(dir, { recursive: true, mode: 0o711 });
  let stack: Stack | undefined;
  let desk: Desk | undefined;
  try {
    stack = await startStack({ dir, onStep, xsdDir: samplesXsd(), exchange: true });
    const reports = new ReportDesk(stack, REPORT_NUMBER + 1);
    desk = await openDesk(stack.certificates.internalDir('admin'), stack.around.ports, reports);
    const played = await playReport(stack, 0, REPORT_NUMBER, { awaitSeconds: AWAIT_SECONDS }, onStep);
    reports.add(REPORT_NUMBER, played, 'DOMINIQUE PAT-TROIS', 'IRM cérébrale');
    const link = reports.link(played.study, REPORT_NUMBER);
    const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const from = performance.now();
      const value = await work();
      onStep(name, performance.now() - from);
      return value;
    };
    const running = stack;
    const fetched = await timed('series out of the PACS', () => fetchSeries(running, 0, played));
    const exchanged =
      played.entry && (await timed('images over mTLS', () => exchangeImages(running, played, AWAIT_SECONDS)));
    await describe(stack, desk, steps, played, { fetched, exchanged, link });
    if (!once) {
      console.log('\nRunning. Ctrl-C stops everything.');
      await interrupted;
    }
    return played.entry && fetched.complete && exchanged?.complete ? 0 : 1;
  } finally {
    await desk?.stop();
    await stack?.stop();
    await rm(dir, { recursive: true, force: true });
    await markStopped();
  }
}

/** The addresses stay readable after the run, and say that nobody is there any more. */
async function markStopped(): Promise<void> {
  const file = join(HOME, 'run.json');
  const run = await readFile(file, 'utf8').catch(() => undefined);
  if (run !== undefined)
    await writeFile(file, `${JSON.stringify({ ...(JSON.parse(run) as object), running: false }, null, 2)}\n`);
}

/** The schemas come with the official samples, which are beside the repository or not there. */
function samplesXsd(): string | undefined {
  const dir = join(process.env['DRIMBOX_SAMPLES'] ?? join(REPOSITORY, '../shared/samples'), 'interop/xds-xsd');
  return existsSync(dir) ? dir : undefined;
}

async function describe(
  stack: Stack,
  desk: Desk,
  steps: readonly Step[],
  played: PlayedReport,
  {
    fetched,
    exchanged,
    link,
  }: { readonly fetched: FetchedSeries; readonly exchanged: ExchangedImages | undefined; readonly link: string },
): Promise<void> {
  const sites = stack.sites.map((site, index) => {
    const pacs = stack.pacs[index];
    return {
      site: site.id,
      hl7: `127.0.0.1:${stack.hl7Port(site.id)}`,
      pacs: pacs && { rest: pacs.restUrl, dicom: `${pacs.aet}@${pacs.host}:${pacs.dicomPort}` },
    };
  });
  const run = {
    running: true,
    hl7: sites[0]?.hl7,
    wado: `127.0.0.1:${stack.around.doors.wado}`,
    vi: `127.0.0.1:${stack.around.doors.vi}`,
    link,
    reports: `${desk.url}/report`,
    psc: stack.nation.exchange?.psc.deskUrl,
    franceConnect: stack.nation.exchange?.franceConnect.deskUrl,
    whiteList: stack.nation.exchange?.whiteList.deskUrl,
    pacs: sites[0]?.pacs,
    dmp: {
      url: stack.dmp.url,
      entries: `${stack.dmp.deskUrl}/entries`,
      submissions: `${stack.dmp.deskUrl}/submissions`,
    },
    journal: `${desk.url}/journal`,
    exams: `${desk.url}/exams`,
    why: `${desk.url}/why/`,
    // What `npm run operator` and `npm run why` need.
    operator: {
      tlsDir: stack.certificates.internalDir('admin'),
      services: Object.fromEntries(
        SERVICES.map((service) => [service, `https://localhost:${stack.around.ports[service].http}`]),
      ),
    },
    sites,
    logs: stack.dir,
    steps,
    report: { study: played.study, acknowledgement: played.acknowledgement, kos: played.entry?.uniqueId ?? null },
  };
  await writeFile(join(HOME, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
  console.log(`
report      ${played.acknowledgement}, study ${played.study}
pointer     ${played.entry ? `${played.entry.uniqueId} (${played.entry.status})` : `not in the DMP after ${AWAIT_SECONDS} s: see ${run.journal} and ${run.exams}`}
images      ${fetched.told}
exchange    ${exchanged?.told ?? 'no pointer, no images'}

hl7         ${run.hl7}
wado        ${exchanged?.address ?? run.wado}
link        ${run.link}
reports     ${run.reports} (a page that plays reports and shows their links)
health      https://${fqdnsOf(stack.drimbox, 1).vi}/q/health (127.0.0.1:${stack.around.doors.vi})
pacs        ${run.pacs?.rest}  ${run.pacs?.dicom}
dmp         ${run.dmp.entries}
journal     ${run.journal}
exams       ${run.exams}
why         npm run why -- ${played.study}
all of it   .drimbox/run.json`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
