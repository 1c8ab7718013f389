import { rounded } from '../common/outcome.js';
import { median } from '../common/statistics.js';
import { cpuSeconds } from '../common/cpu-seconds.js';
import type { BridgeAlone } from './bridge-alone.js';
import type { DataSet, Expected } from '../common/data-sets.js';
import { digestsIn, moveTo, type StorePeer, toolStart } from '../common/peers.js';
import { forgotten, mustBeThe } from '../common/retrievals.js';
import { ours } from './rounds.js';

export interface Throughput {
  readonly what: string;
  readonly objects: number;
  readonly megabytes: number;
  /** Milliseconds, each round; tools of dcmtk with their start, which `toolStart` tells. */
  readonly storescp: readonly number[];
  readonly dcmjs: readonly number[];
  /** Into the spool, our client taking the heads alone. */
  readonly spool: readonly number[];
  /** Into the spool and out of it again, over TLS, every byte. */
  readonly client: readonly number[];
  readonly toolStart: number;
  readonly medians: {
    readonly storescp: number;
    readonly dcmjs: number;
    readonly spool: number;
    readonly client: number;
  };
  readonly megabytesPerSecond: { readonly storescp: number; readonly spool: number; readonly client: number };
  /** Rate of ours by that of storescp: median of the rounds' own ratios, storescp without its tool's start. */
  readonly ratio: { readonly spool: number; readonly client: number; readonly overDcmjs: number };
  /** CPU of pacs-bridge for one gigabyte into the spool, seconds. */
  readonly cpuSecondsPerGigabyte: number;
}

/** Rounds of one data set: each side in turn, in an order that changes, so that what else the machine does falls on all. */
export async function measureThroughput(
  bridge: BridgeAlone,
  peers: { readonly storescp: StorePeer; readonly dcmjs: StorePeer },
  set: DataSet,
  expected: Expected,
  runs: number,
): Promise<Throughput> {
  await checkOnce(bridge, peers.storescp, set, expected);
  const { pacs, service } = bridge;
  const starts: number[] = [];
  for (let round = 0; round < 5; round++) starts.push(await toolStart(pacs));
  const times = { storescp: [] as number[], dcmjs: [] as number[], spool: [] as number[], client: [] as number[] };
  let cpu = 0;
  const sides = {
    storescp: async () => times.storescp.push(await moveTo(peers.storescp, pacs, set)),
    spool: async () => {
      await forgotten();
      const before = cpuSeconds(service.pid);
      times.spool.push((await ours(bridge, set, { heads: true })).milliseconds);
      cpu += cpuSeconds(service.pid) - before;
    },
    client: async () => {
      await forgotten();
      times.client.push((await ours(bridge, set)).milliseconds);
    },
    dcmjs: async () => times.dcmjs.push(await moveTo(peers.dcmjs, pacs, set)),
  };
  const order = Object.values(sides);
  for (let round = 0; round < runs; round++) {
    for (let at = 0; at < order.length; at++) await order[(at + round) % order.length]!();
  }
  const megabytes = expected.bytes / 1e6;
  const start = median(starts);
  const medians = {
    storescp: rounded(median(times.storescp)),
    dcmjs: rounded(median(times.dcmjs)),
    spool: rounded(median(times.spool)),
    client: rounded(median(times.client)),
  };
  const ratioOf = (peer: readonly number[], side: readonly number[]): number =>
    rounded(median(side.map((time, at) => ((peer[at] ?? time) - start) / time)), 2);
  const rate = (milliseconds: number): number => rounded(megabytes / (milliseconds / 1000), 0);
  return {
    what: set.what,
    objects: set.objects.length,
    megabytes: rounded(megabytes),
    storescp: times.storescp.map((time) => rounded(time, 0)),
    dcmjs: times.dcmjs.map((time) => rounded(time, 0)),
    spool: times.spool.map((time) => rounded(time, 0)),
    client: times.client.map((time) => rounded(time, 0)),
    toolStart: rounded(start),
    medians,
    megabytesPerSecond: {
      storescp: rate(medians.storescp - start),
      spool: rate(medians.spool),
      client: rate(medians.client),
    },
    ratio: {
      spool: ratioOf(times.storescp, times.spool),
      client: ratioOf(times.storescp, times.client),
      overDcmjs: ratioOf(times.dcmjs, times.spool),
    },
    cpuSecondsPerGigabyte: rounded(cpu / ((megabytes / 1000) * runs), 2),
  };
}

/** Warms both sides up, and has them show that they receive the bytes that were loaded. */
async function checkOnce(bridge: BridgeAlone, storescp: StorePeer, set: DataSet, expected: Expected): Promise<void> {
  await forgotten();
  const got = await ours(bridge, set, { digests: true });
  mustBeThe(expected, got.objects.map(({ digest }) => digest).toSorted(), 'pacs-bridge');
  await moveTo(storescp, bridge.pacs, set);
  if (storescp.folder !== undefined) mustBeThe(expected, await digestsIn(storescp.folder), 'storescp');
}
