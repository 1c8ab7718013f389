import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientLedger } from '../long/client-ledger.js';
import { seededRandom } from '../long/random.js';
import { acceptedKeys, repeated } from '../long/reckoning.js';
import { type FlowReport, playFlow } from '../long/ris-flow.js';
import type { Mesh } from '../mesh/mesh.js';
import { reportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { generateStudy, type Study } from '../studies/generate-study.js';
import { hashedUid, documentId } from '../studies/numbering.js';
import { Disturber } from './disturbances.js';
import { readDmpHistory } from './dmp-history.js';
import { differences, fatesOf } from './fates.js';
import type { CampaignOptions } from './options.js';
import { type Reckoning } from './ledger-table.js';
import { scenario, type Told } from './scenario.js';
import { archiveDifferences, atRest, productTables, shownPointers } from './tables.js';

const CONNECTIONS = 8;
/** Messages set free at once, before each disturbance; fewer in a short campaign, so that everything dies once all the same. */
const STRETCH = 50;
const LEAST_DISTURBANCES = 15;
/** A disturbance falls when a part of its stretch has been sent; after this time in any case (what was sent before may hang). */
const STRIKE_MS = 300;
const LOST_ANSWERS_CHANCE = 1 / 3;
const LEAST_DRAIN_MS = 240_000;
const FIRST_STUDY = 100_000;
/** Versions of a report have document numbers of their own. */
const DOCUMENTS_PER_STUDY = 100;
const DOCUMENTS_PER_REPORT = 10;

export type Tell = (line: string) => void;

/** Sends the scenario of the seed while everything dies in turn, lets it come to rest, and counts. */
export async function runCampaign(mesh: Mesh, options: CampaignOptions, tell: Tell): Promise<Reckoning> {
  // Streams of their own: what is told does not depend on when something happens.
  const random = seededRandom(options.seed + 1);
  const began = Date.now();
  const until = began + options.minutes * 60_000;
  const ledger = new ClientLedger();
  const told = scenario(options.messages, seededRandom(options.seed));
  const studies = await loadedStudies(mesh, told);
  const byKey = new Map<string, Told>();
  const flow = told.map((one): FlowReport => {
    const message = messageOf(mesh, studies[one.study]!, one);
    const record = ledger.open(message, studies[one.study]!.uid);
    byKey.set(record.key, one);
    return { message, record };
  });
  const unexpectedExits = watchExits(mesh);
  tell(`${flow.length} messages (${byKey.size} different) about ${studies.length} studies are ready`);

  const stretch = Math.max(1, Math.min(STRETCH, Math.floor(flow.length / LEAST_DISTURBANCES)));
  const disturber = new Disturber(mesh, random);
  const progress = { free: 0, started: 0 };
  const mayStart = async (n: number): Promise<void> => {
    while (n >= progress.free) await sleep(5);
    progress.started = n + 1;
  };
  const strike = async (part: number): Promise<void> => {
    const before = Date.now();
    while (progress.started < part && Date.now() < before + STRIKE_MS) await sleep(1);
  };
  const port = mesh.stack.hl7Port(mesh.stack.sites[0]!.id);
  const sending = playFlow(flow, CONNECTIONS, { port, ledger, random: seededRandom(options.seed + 2), mayStart });
  const kills: Record<string, number> = {};
  let lostAnswers = 0;
  const disturb = async (): Promise<void> => {
    for (const disturbance of disturber.plan(Math.ceil(flow.length / stretch))) {
      if (Date.now() > until) break;
      await disturber.pause();
      if (random() < LOST_ANSWERS_CHANCE && (await disturber.loseAnswers())) lostAnswers += 1;
      const part = progress.free + stretch * random();
      progress.free += stretch;
      await strike(part);
      await disturbance.happen();
      const { name } = disturbance;
      kills[name] = (kills[name] ?? 0) + 1;
      tell(`${seconds(began)} s  ${ledger.acknowledged.length} acknowledged  ${name}`);
    }
    progress.free = flow.length;
  };
  await Promise.all([disturb(), sending]);
  const sendingSeconds = seconds(began);
  await mesh.dmp.behaveWell();
  const rested = await atRest(mesh, Math.max(until, Date.now() + LEAST_DRAIN_MS));
  tell(`${seconds(began)} s  ${rested ? 'everything is at rest' : 'NOT at rest'}`);

  const acknowledged = ledger.acknowledged.map(({ key, study }) => ({ key, studyUid: study, told: byKey.get(key)! }));
  const accepted = await acceptedKeys(mesh);
  const history = await readDmpHistory(join(mesh.stack.dir, 'dmp.jsonl'));
  const [cut] = await mesh.sql('kos-publisher', 'select count(*) from dmp_attempt where outcome is null');
  const sends = [...ledger.records.values()].flatMap((record) => record.sends);
  return {
    seed: options.seed,
    seconds: seconds(began),
    sendingSeconds,
    rested,
    studies: studies.length,
    told,
    ledger,
    kills,
    lostAnswers,
    sendsCut: Number(cut),
    unexpectedExits,
    fates: fatesOf(acknowledged, await productTables(mesh)),
    refusedTaken: acknowledged.filter((message) => message.told.act === 'refused').length,
    unanswered: [...byKey].filter(
      ([key, { act }]) =>
        !ledger.records.get(key)?.sends.some(({ said }) => said === (act === 'refused' ? 'AE' : 'AA')),
    ).length,
    acceptedTwice: repeated(accepted).length,
    acceptedUnsent: accepted.filter((key) => !ledger.records.get(key)?.sends.length).length,
    acknowledgedWithoutStorage: sends.filter(({ ending, invokedAt, answeredAt = 0 }) =>
      disturber.outages.some(({ from, to }) => ending === 'ok' && invokedAt > from && answeredAt < to),
    ).length,
    submissions: history.submissions,
    uniqueIdTwice: history.twiceAccepted.length,
    twoPointers: history.twicePointed.length,
    wrong: differences(
      acknowledged.map((message) => message.told),
      studies.map(({ uid }) => uid),
      await shownPointers(mesh),
    ),
    archiveDiffers: await archiveDifferences(mesh),
  };
}

const seconds = (from: number): number => Math.round((Date.now() - from) / 100) / 10;

/** One instance each: the PACS and the DMP are not what a campaign is about. */
async function loadedStudies(mesh: Mesh, told: readonly Told[]): Promise<Study[]> {
  const count = 1 + Math.max(...told.map(({ study }) => study));
  const studies = Array.from({ length: count }, (_, study) =>
    generateStudy({ number: FIRST_STUDY + study, series: [{ modality: 'CT', instances: 1 }] }),
  );
  for (const study of studies) await loadStudy(mesh.stack.pacs[0]!, study);
  return studies;
}

/** The bytes of a message: the same whenever they are made. */
function messageOf(mesh: Mesh, study: Study, { control, report, version, act, hiding, ...one }: Told): Buffer {
  const first = (FIRST_STUDY + one.study) * DOCUMENTS_PER_STUDY + report * DOCUMENTS_PER_REPORT;
  return reportOf(mesh.stack.sites[0]!, [study], {
    document: first + version,
    controlId: control,
    kind: (one.study + report) % 2 === 0 ? 'ORU' : 'MDM',
    intent: act === 'withdraw' ? 'withdraw' : version > 1 ? 'replace' : 'new',
    flags: { ...Object.fromEntries(hiding.map((flag) => [flag, true])), MODIF_CONF_CODE: act === 'visibility' },
    cda: {
      setId: hashedUid('campaign', one.study, report),
      version,
      ...(version > 1 && { replaces: documentId(first + version - 1) }),
    },
    ...(act === 'refused' && { triple: { orc1: 'CA' } }),
  });
}

/** Names of the processes that ended without having been killed by the campaign. */
function watchExits({ stack }: Mesh): string[] {
  const ended: string[] = [];
  const { services, broker, database, dmp } = stack;
  for (const process of [...Object.values(services), broker.server.process, database.server.process, dmp.process])
    process.onExit(({ expected }) => {
      if (!expected) ended.push(process.name);
    });
  return ended;
}
