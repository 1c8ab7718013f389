import type { OrthancServer } from '@drimbox/supervisor';
import { dataSetOf } from '../../images/data-set-of.js';
import { cpuSeconds } from '../common/cpu-seconds.js';
import type { Expected } from '../common/data-sets.js';
import { machine, rounded } from '../common/outcome.js';
import { moveTo, toolStart } from '../common/peers.js';
import { mustBeThe } from '../common/retrievals.js';
import { median } from '../common/statistics.js';
import { streamFromOrthanc } from './orthanc-web.js';
import type { Open, WadoWorld, Wire } from './wado-world.js';
import { digestWithoutIns } from './without-ins.js';

/** Times of one wire, milliseconds, each round; storescp with the start of its tool. */
export interface Times {
  readonly storescp: readonly number[];
  readonly ours: readonly number[];
  readonly medians: { readonly storescp: number; readonly ours: number };
  readonly megabytesPerSecond: { readonly storescp: number; readonly ours: number };
  /** Our time by that of storescp, its tool's start taken off: median of the rounds' own ratios. */
  readonly ratio: number;
}

export interface Throughput {
  readonly what: string;
  readonly objects: number;
  readonly megabytes: number;
  readonly toolStart: number;
  /** PACS link at 1 Gb/s. */
  readonly held: Times;
  readonly straight: Times;
  /** Orthanc's WADO-RS from its own store, without TLS; undefined where it is not installed. */
  readonly orthancWadoRs:
    { readonly times: readonly number[]; readonly median: number; readonly ratio: number } | undefined;
  /** CPU seconds for one gigabyte, unthrottled: of each process, of the client too. */
  readonly cpuSecondsPerGigabyte: Readonly<Record<string, number>>;
  readonly load: string;
}

/** Each side in turn, in an order that changes, so that what else the machine does falls on all. */
export async function measureThroughput(
  world: WadoWorld,
  web: OrthancServer | undefined,
  open: Open,
  expected: Expected,
  runs: number,
): Promise<Throughput> {
  const { set } = open;
  await checkOnce(world, open, expected);
  const starts: number[] = [];
  for (let round = 0; round < 5; round++) starts.push(await toolStart(world.pacs));
  const start = median(starts);
  const cpu = new Map<string, number>();
  const times = {
    held: { storescp: [] as number[], ours: [] as number[] },
    straight: { storescp: [] as number[], ours: [] as number[] },
  };
  const webTimes: number[] = [];
  const storescp = (wire: Wire) => async () => {
    await world.connect('storescp', wire);
    times[wire].storescp.push(await moveTo(world.storescp, world.pacs, set));
  };
  const ours = (wire: Wire) => async () => {
    await world.connect('ours', wire);
    const { milliseconds } = wire === 'straight' ? await counting(world, cpu, open) : await world.stream(open);
    times[wire].ours.push(milliseconds);
  };
  const order = [storescp('straight'), ours('straight'), storescp('held'), ours('held')];
  if (web) order.push(async () => void webTimes.push((await streamFromOrthanc(web, set)).milliseconds));
  for (let round = 0; round < runs; round++) {
    for (let at = 0; at < order.length; at++) await order[(at + round) % order.length]!();
  }
  await world.connect('ours', 'straight');
  const megabytes = expected.bytes / 1e6;
  const gigabytes = (megabytes / 1000) * runs;
  return {
    what: set.what,
    objects: set.objects.length,
    megabytes: rounded(megabytes),
    toolStart: rounded(start),
    held: told(times.held, start, megabytes),
    straight: told(times.straight, start, megabytes),
    orthancWadoRs: web && {
      times: webTimes.map((time) => rounded(time, 0)),
      median: rounded(median(webTimes), 0),
      ratio: rounded(median(times.straight.ours.map((time, at) => time / (webTimes[at] ?? time))), 2),
    },
    cpuSecondsPerGigabyte: Object.fromEntries(
      [...cpu].map(([name, seconds]) => [name, rounded(seconds / gigabytes, 2)]),
    ),
    load: machine().load,
  };
}

function told({ storescp, ours }: { storescp: number[]; ours: number[] }, start: number, megabytes: number): Times {
  const medians = { storescp: rounded(median(storescp), 0), ours: rounded(median(ours), 0) };
  return {
    storescp: storescp.map((time) => rounded(time, 0)),
    ours: ours.map((time) => rounded(time, 0)),
    medians,
    megabytesPerSecond: {
      storescp: rounded((megabytes / (medians.storescp - start)) * 1000, 0),
      ours: rounded((megabytes / medians.ours) * 1000, 0),
    },
    ratio: rounded(median(ours.map((time, at) => time / ((storescp[at] ?? time) - start))), 2),
  };
}

/** One transfer, and what each process used for it. */
async function counting(world: WadoWorld, cpu: Map<string, number>, open: Open): ReturnType<WadoWorld['stream']> {
  const { processes } = world;
  const before = processes.map(([, pid]) => cpuSeconds(pid));
  const own = process.cpuUsage();
  const got = await world.stream(open);
  const { user, system } = process.cpuUsage(own);
  for (const [at, [name, pid]] of processes.entries())
    cpu.set(name, (cpu.get(name) ?? 0) + cpuSeconds(pid) - (before[at] ?? 0));
  cpu.set('client', (cpu.get('client') ?? 0) + (user + system) / 1e6);
  return got;
}

/** Warms it up; every object must be the one that was loaded, byte by byte but for the INS. */
async function checkOnce(world: WadoWorld, open: Open, expected: Expected): Promise<void> {
  const { parts } = await world.fetch(open);
  mustBeThe(expected, parts.map(({ bytes }) => digestWithoutIns(dataSetOf(bytes))).toSorted(), 'the other DRIMbox');
}
