import { setTimeout as sleep } from 'node:timers/promises';
import { retrieve, type Retrieved, type RetrieveManners } from '../../images/retrieve-client.js';
import { residentMegabytes } from '../../e2e/resident-memory.js';
import type { BridgeAlone } from './bridge-alone.js';
import type { DataSet } from '../common/data-sets.js';

const SAMPLE_MS = 20;

/** One retrieval by our client; it must be whole. `heads`: the pixels stay in the spool. */
export async function ours(
  bridge: BridgeAlone,
  { study, series }: DataSet,
  manners: RetrieveManners & { heads?: boolean } = {},
): Promise<Retrieved> {
  const { heads = false, ...rest } = manners;
  const wanted = { study, series, heads, purpose: 'viewer' as const, flow: 'bench' };
  const got = await retrieve(bridge.door, bridge.link, wanted, { digests: false, ...rest });
  if (got.outcome?.outcome !== 'complete' && !rest.signal?.aborted)
    throw new Error(`a retrieval was not whole: ${JSON.stringify(got.outcome ?? got.refusal)}`);
  return got;
}

/** The most memory that pacs-bridge had while `work` ran, megabytes. */
export async function peakOf<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; peak: number }> {
  let peak = await residentMegabytes(pid);
  const done = new AbortController();
  const watching = (async () => {
    while (!done.signal.aborted) {
      peak = Math.max(peak, await residentMegabytes(pid));
      await sleep(SAMPLE_MS);
    }
  })();
  try {
    return { result: await work(), peak };
  } finally {
    done.abort();
    await watching;
  }
}
