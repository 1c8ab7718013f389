import { FirstBytesRelay } from '../common/first-bytes-relay.js';
import { rounded } from '../common/outcome.js';
import { retrievalsIn } from '../common/retrievals.js';
import { median } from '../common/statistics.js';
import type { Open, WadoWorld } from './wado-world.js';

/** From the first byte of an object out of the PACS to its first byte, and to the whole of it, at the other DRIMbox. */
export async function measureFirstImage(
  world: WadoWorld,
  open: Open,
  runs: number,
): Promise<Record<'firstByte' | 'firstImage' | 'firstImageWorst' | 'fromRequest', number>> {
  return throughRelay(world, async (relay) => {
    const [byte, image, asked]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < runs; round++) {
      relay.forget();
      const got = await world.stream(open);
      const ended = performance.now();
      if (relay.firstAt === undefined || got.firstByteAt === undefined || got.firstImageAt === undefined)
        throw new Error('no object came');
      byte.push(got.firstByteAt - relay.firstAt);
      image.push(got.firstImageAt - relay.firstAt);
      asked.push(got.firstImageAt - (ended - got.milliseconds));
    }
    return {
      firstByte: rounded(median(byte)),
      firstImage: rounded(median(image)),
      firstImageWorst: rounded(Math.max(...image)),
      fromRequest: rounded(median(asked)),
    };
  });
}

/** Several clients of one series at once: each has it whole, and the PACS is asked once. */
export async function measureClients(
  world: WadoWorld,
  open: Open,
  megabytes: number,
  clients: number,
): Promise<Record<string, unknown>> {
  return throughRelay(world, async (relay) => {
    relay.forget();
    const { study } = open.set;
    const before = await retrievalsIn(world.bridgeLog, study);
    const from = performance.now();
    await world.streamMany(open, clients);
    const milliseconds = performance.now() - from;
    // Said in the log once the last reader has left.
    let cMoves = 0;
    for (const until = Date.now() + 5000; cMoves === 0 && Date.now() < until;)
      cMoves = (await retrievalsIn(world.bridgeLog, study)) - before;
    return {
      clients,
      milliseconds: rounded(milliseconds, 0),
      megabytesPerSecondOut: rounded((megabytes * clients) / (milliseconds / 1000), 0),
      cMoves,
      associations: relay.associations,
    };
  });
}

async function throughRelay<T>(world: WadoWorld, work: (relay: FirstBytesRelay) => Promise<T>): Promise<T> {
  const relay = await FirstBytesRelay.start(world.storePort);
  await world.sendOursTo(relay.port);
  try {
    return await work(relay);
  } finally {
    await world.connect('ours', 'straight');
    await relay.stop();
  }
}
