import { rounded } from '../common/outcome.js';
import { median } from '../common/statistics.js';
import { type BridgeAlone, findStudy } from './bridge-alone.js';
import type { DataSet } from '../common/data-sets.js';
import { FirstBytesRelay } from '../common/first-bytes-relay.js';
import { findInstances, toolStart } from '../common/peers.js';
import { forgotten, retrievalsIn } from '../common/retrievals.js';
import { ours, peakOf } from './rounds.js';

/** From the first byte of an object out of the PACS to the first byte of it at our client; from its request, too. */
export async function measureFirstBytes(
  bridge: BridgeAlone,
  set: DataSet,
  runs: number,
): Promise<Record<string, unknown>> {
  return throughRelay(bridge, async (relay) => {
    const after: number[] = [];
    const fromRequest: number[] = [];
    for (let round = 0; round < runs; round++) {
      await forgotten();
      relay.forget();
      const from = performance.now();
      const got = await ours(bridge, set);
      if (relay.firstAt === undefined || got.millisecondsToFirst === undefined) throw new Error('no object came');
      after.push(from + got.millisecondsToFirst - relay.firstAt);
      fromRequest.push(got.millisecondsToFirst);
    }
    return {
      afterThePacs: rounded(median(after)),
      afterThePacsWorst: rounded(Math.max(...after)),
      fromRequest: rounded(median(fromRequest)),
    };
  });
}

/** Several readers of one series at once: each has it whole, and the PACS is asked once. */
export async function measureReaders(
  bridge: BridgeAlone,
  set: DataSet,
  megabytes: number,
  readers: number,
  runs: number,
): Promise<Record<string, unknown>> {
  return throughRelay(bridge, async (relay) => {
    const times: number[] = [];
    let peak = 0;
    for (let round = 0; round < runs; round++) {
      await forgotten();
      relay.forget();
      const before = await retrievalsIn(bridge.logFile, set.study);
      const from = performance.now();
      const measured = await peakOf(bridge.service.pid, () =>
        Promise.all(Array.from({ length: readers }, () => ours(bridge, set))),
      );
      times.push(performance.now() - from);
      peak = Math.max(peak, measured.peak);
      await forgotten();
      const moves = (await retrievalsIn(bridge.logFile, set.study)) - before;
      const whole = measured.result.every(({ objects }) => objects.length === set.objects.length);
      if (moves !== 1 || relay.associations !== 1 || !whole)
        throw new Error(
          `${readers} readers: ${moves} C-MOVEs, ${relay.associations} associations, all whole: ${whole}`,
        );
    }
    const milliseconds = median(times);
    return {
      readers,
      milliseconds: rounded(milliseconds, 0),
      megabytesPerSecondOut: rounded((megabytes * readers) / (milliseconds / 1000), 0),
      cMoves: 1,
      peakMegabytes: rounded(peak, 0),
    };
  });
}

/** Memory of pacs-bridge while one reader takes 1 MB/s of a series that the PACS gives at full speed; a part of the series is read. */
export async function measureMemory(
  bridge: BridgeAlone,
  set: DataSet,
  seconds: number,
): Promise<Record<string, unknown>> {
  await forgotten();
  const leaving = AbortSignal.timeout(seconds * 1000);
  const { result, peak } = await peakOf(bridge.service.pid, () =>
    ours(bridge, set, { bytesPerSecond: 1_000_000, signal: leaving }),
  );
  return { seconds, readMegabytes: rounded(result.bytes / 1e6), peakMegabytes: rounded(peak, 0) };
}

/** The instances of a study: what kos-publisher asks (SERIES, then IMAGE, as JSON over mTLS), beside findscu for the series alone. */
export async function measureFind(bridge: BridgeAlone, set: DataSet, runs: number): Promise<Record<string, unknown>> {
  const oursTimes: number[] = [];
  const peer: number[] = [];
  const starts: number[] = [];
  for (let round = 0; round < runs; round++) {
    starts.push(await toolStart(bridge.pacs));
    const scu = await findInstances(bridge.pacs, set);
    peer.push(scu.milliseconds);
    const from = performance.now();
    const answer = await findStudy(bridge, set.study);
    oursTimes.push(performance.now() - from);
    const found = JSON.stringify(answer).match(/"sopInstance[A-Za-z]*":/g)?.length ?? 0;
    if (found !== set.objects.length || scu.found !== set.objects.length)
      throw new Error(`${set.objects.length} instances: we found ${found}, findscu ${scu.found}`);
  }
  const [mine, theirs, start] = [median(oursTimes), median(peer), median(starts)];
  return {
    instances: set.objects.length,
    ours: rounded(mine),
    findscu: rounded(theirs),
    toolStart: rounded(start),
    ratioOfTimes: rounded(mine / (theirs - start), 2),
  };
}

async function throughRelay<T>(bridge: BridgeAlone, work: (relay: FirstBytesRelay) => Promise<T>): Promise<T> {
  const { store, pacs } = bridge;
  const relay = await FirstBytesRelay.start(store.port);
  await pacs.addPeer({ aet: store.aet, host: '127.0.0.1', port: relay.port });
  try {
    return await work(relay);
  } finally {
    await pacs.addPeer({ aet: store.aet, host: '127.0.0.1', port: store.port });
    await relay.stop();
  }
}
