import { setTimeout as sleep } from 'node:timers/promises';
import { Mesh } from '../mesh/mesh.js';
import { reportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { SITES } from '../stack/sites.js';
import { generateStudy } from '../studies/generate-study.js';
import { cpuSeconds } from './common/cpu-seconds.js';
import { machine, printOutcome, rounded } from './common/outcome.js';
import { inScratch } from './common/scratch.js';
import { type Arrival, playArrivals } from './publish/arrivals.js';
import { measurePeer } from './publish/peer.js';
import { spreadOf, STEPS, waysOf } from './publish/steps.js';

/** `npm run bench:publish`: from the acknowledgement of a report to its pointer in the DMP, at a steady rate, whole mesh durable. */
const RATE = 10;
const SECONDS = 60;
const INSTANCES = 20;
const WARM_UP = 20;
const PEER_RUNS = 20;
const SETTLE_SECONDS = 30;
const FIRST_STUDY = 10_000;

await inScratch(async (dir, started) => {
  const site = SITES[0]!;
  // Without the XDS schemas: a DMP of this machine does not have them everywhere, and xmllint takes CPU from the product.
  const mesh = await Mesh.start({ dir, durable: true, sites: [site] });
  started(mesh);
  const durability = await mesh.sql(
    'kos-publisher',
    `select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
  );
  const count = WARM_UP + RATE * SECONDS;
  const from = performance.now();
  const arrivals: Arrival[] = [];
  for (let n = 0; n < count; n++) {
    const number = FIRST_STUDY + n;
    const study = generateStudy({ number, series: [{ modality: 'CT', instances: INSTANCES }] });
    await loadStudy(mesh.stack.pacs[0]!, study);
    arrivals.push({ study: study.uid, message: reportOf(site, [study], { document: number }) });
  }
  console.log(
    `${durability.join()}; ${count} studies of ${INSTANCES} instances loaded in ${rounded((performance.now() - from) / 1000, 0)} s`,
  );

  const port = mesh.stack.hl7Port(site.id);
  await playArrivals(port, arrivals.slice(0, WARM_UP), 1000 / RATE);
  await mesh.settled(SETTLE_SECONDS);
  const peer = await measurePeer(
    mesh.stack,
    arrivals.slice(0, PEER_RUNS).map(({ study }) => study),
  );
  console.log(JSON.stringify({ peer }));

  const processes = processesOf(mesh);
  const before = processes.map(([, pid]) => cpuSeconds(pid));
  const own = process.cpuUsage();
  const began = performance.now();
  const acknowledged = await playArrivals(port, arrivals.slice(WARM_UP), 1000 / RATE);
  await published(mesh, count);
  const wall = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(own);
  const cpu: Record<string, number> = { bench: rounded((user + system) / 1e6) };
  for (const [index, [name, pid]] of processes.entries()) cpu[name] = rounded(cpuSeconds(pid) - (before[index] ?? 0));

  const ways = await waysOf(mesh, acknowledged);
  const steps = Object.fromEntries(STEPS.map((step) => [step, spreadOf(ways, step)]));
  const figures = {
    machine: machine(),
    durability: durability.join(),
    ratePerSecond: RATE,
    seconds: SECONDS,
    instances: INSTANCES,
    acknowledged: acknowledged.length,
    published: ways.length,
    millisecondsByStep: steps,
    peerMilliseconds: peer,
    ratioOfMedians: rounded((steps['total']?.p50 ?? 0) / peer.sum, 2),
    cpuSeconds: cpu,
    cpuShareOfTheDmp: rounded((cpu['DMP sandbox'] ?? 0) / wall / machine().cores, 2),
    wallSeconds: rounded(wall),
  };
  const aims = {
    'every acknowledged report is in the DMP': ways.length === acknowledged.length,
    'acknowledged to in the DMP: p95 at most 1 s': (steps['total']?.p95 ?? Infinity) <= 1000,
  };
  printOutcome({ figures, aims });
});

function processesOf({ stack }: Mesh): [name: string, pid: number][] {
  const { services, database, broker, dmp, pacs } = stack;
  return [
    ...Object.entries(services).map(([name, { pid }]): [string, number] => [name, pid]),
    ['PostgreSQL', database.server.process.pid],
    ['nats-server', broker.server.process.pid],
    ['Orthanc', pacs[0]?.process.pid ?? 0],
    ['DMP sandbox', dmp.process.pid],
  ];
}

/** Until every exam is published, or the time is over: what is missing then is told by the figures. */
async function published(mesh: Mesh, count: number): Promise<void> {
  const until = Date.now() + SETTLE_SECONDS * 1000;
  while (Date.now() < until) {
    const [done] = await mesh.sql('kos-publisher', `select count(*) from exam where state = 'published'`);
    if (Number(done) === count) return;
    await sleep(500);
  }
}
