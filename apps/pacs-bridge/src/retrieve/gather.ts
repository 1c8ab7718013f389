import type { RetrieveOutcome } from '@drimbox/contracts';
import type { Spooled } from '@drimbox/spool';
import type { OpenedSeries } from './retrievals.service.js';
import type { SpooledInfo } from './spooling-receiver.js';

export interface GatheredObject {
  readonly info: SpooledInfo;
  /** Undefined when it is larger than was asked for. */
  readonly bytes: Buffer | undefined;
}

async function* itemsOf({ reader }: OpenedSeries): AsyncGenerator<Spooled<SpooledInfo, RetrieveOutcome>, void> {
  for await (const items of reader) yield* items;
}

/** The whole objects of a retrieval, each as one buffer of at most `maxBytes`: for documents, never for images. */
export async function gather(opened: OpenedSeries, maxBytes: number): Promise<GatheredObject[]> {
  const gathered: GatheredObject[] = [];
  let current: { info: SpooledInfo; parts: Buffer[]; length: number } | undefined;
  for await (const item of itemsOf(opened)) {
    if (item.type === 'object') {
      const { info } = item.object;
      const wanted = opened.only === undefined || info.sopInstance === opened.only;
      current = wanted ? { info, parts: [], length: 0 } : undefined;
    } else if (item.type === 'bytes' && current) {
      current.length += item.bytes.length;
      if (current.length <= maxBytes) current.parts.push(item.bytes);
      else current.parts = [];
    } else if (item.type === 'end' && current) {
      const bytes = current.length <= maxBytes ? Buffer.concat(current.parts) : undefined;
      gathered.push({ info: current.info, bytes });
      if (opened.only !== undefined) break;
    }
  }
  return gathered;
}
