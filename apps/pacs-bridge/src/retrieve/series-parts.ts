import { END_FRAME, FrameType, frameHead, objectFrame, progressFrame, type RetrieveOutcome } from '@drimbox/contracts';
import type { Spooled, Wanted } from '@drimbox/spool';
import type { OpenedSeries } from './retrievals.service.js';
import type { SpooledInfo } from './spooling-receiver.js';

/** Between two objects, how far the retrieval is: at most this often, in milliseconds. */
const PROGRESS_EVERY = 250;

/** Bytes a reader wants of each object: all, those before the pixels, or nothing when another instance is wanted. */
export function wantedOf({
  heads,
  only,
}: {
  readonly heads: boolean;
  readonly only?: string | undefined;
}): Wanted<SpooledInfo> {
  return ({ sopInstance, pixelOffset = Infinity }) => {
    if (only !== undefined && sopInstance !== only) return 0;
    return heads ? pixelOffset : Infinity;
  };
}

/**
 * The frames of one series (libs/contracts object-stream.ts), as its bytes come; ends with what became of it.
 * An object is only ended when it is whole.
 */
export async function* seriesParts(opened: OpenedSeries): AsyncGenerator<readonly Buffer[], RetrieveOutcome> {
  const current = new CurrentObject(opened.only);
  let told = performance.now();
  for await (const items of opened.reader) {
    const frames: Buffer[] = [];
    for (const item of items) {
      frames.push(...current.take(item));
      if (item.type !== 'end' || performance.now() - told < PROGRESS_EVERY) continue;
      told = performance.now();
      frames.push(progressFrame(opened.progress()));
    }
    if (frames.length > 0) yield frames;
    // The one that was wanted has been given: what else comes is for the others.
    if (opened.only !== undefined && current.given > 0) return { outcome: 'complete', received: 1, expected: 1 };
    const outcome = outcomeOf(opened, items.at(-1), current.given);
    if (outcome) return outcome;
  }
  return { outcome: 'incomplete', code: 'DRIM-308', ...opened.progress() };
}

type Item = Spooled<SpooledInfo, RetrieveOutcome>;

/** Undefined while more may come. */
function outcomeOf(opened: OpenedSeries, last: Item | undefined, given: number): RetrieveOutcome | undefined {
  switch (last?.type) {
    case 'settled':
      return settledFor(opened, last.outcome, given);
    case 'cut':
      return { outcome: 'failed', code: 'DRIM-312', ...opened.progress() };
    case 'truncated':
      return { outcome: 'incomplete', code: 'DRIM-308', ...opened.progress() };
    default:
      return undefined;
  }
}

/** Of a series from which one instance was wanted, the end without that instance says that there is none. */
function settledFor({ only }: OpenedSeries, outcome: RetrieveOutcome, given: number): RetrieveOutcome {
  if (only === undefined || given > 0 || outcome.outcome !== 'complete') return outcome;
  return { outcome: 'failed', code: 'DRIM-307', received: 0 };
}

/** Turns the items of the object under way into frames; passes over objects that are not wanted. */
class CurrentObject {
  given = 0;
  private wanted = false;

  constructor(private readonly only: string | undefined) {}

  take(item: Item): readonly Buffer[] {
    if (item.type === 'object') return this.begin(item.object.info);
    if (!this.wanted) return [];
    if (item.type === 'bytes') return [frameHead(FrameType.Data, item.bytes.length), item.bytes];
    if (item.type !== 'end') return [];
    this.wanted = false;
    this.given += 1;
    return [END_FRAME];
  }

  private begin({ series, sopInstance, sopClass, transferSyntax }: SpooledInfo): readonly Buffer[] {
    this.wanted = this.only === undefined || sopInstance === this.only;
    return this.wanted ? [objectFrame({ series, sopInstance, sopClass, transferSyntax })] : [];
  }
}
