import { END_FRAME, FrameType, frameHead, objectFrame, progressFrame, type RetrieveOutcome } from '@drimbox/contracts';
import type { Spooled } from '@drimbox/spool';
import type { OpenedSeries } from './retrievals.service.js';
import type { SpooledInfo } from './spooling-receiver.js';

/** Between two objects, how far the retrieval is: at most this often, in milliseconds. */
const PROGRESS_EVERY = 250;

/**
 * The frames of one series (libs/contracts object-stream.ts), as its bytes come; ends with what became of it.
 * An object is only ended when it is whole.
 */
export async function* seriesParts(
  opened: OpenedSeries,
  { heads }: { readonly heads: boolean },
): AsyncGenerator<readonly Buffer[], RetrieveOutcome> {
  const current = new CurrentObject(opened.only, heads);
  let told = performance.now();
  for await (const item of opened.reader) {
    switch (item.type) {
      case 'settled':
        return outcomeFor(opened, item.outcome, current.given);
      case 'cut':
        return { outcome: 'failed', code: 'DRIM-312', ...opened.progress() };
      case 'truncated':
        return { outcome: 'incomplete', code: 'DRIM-308', ...opened.progress() };
      default: {
        const frames = current.take(item);
        if (frames) yield frames;
      }
    }
    if (item.type !== 'end') continue;
    // The one that was wanted has been given: what else comes is for the others.
    if (opened.only !== undefined && current.given > 0) return { outcome: 'complete', received: 1, expected: 1 };
    if (performance.now() - told < PROGRESS_EVERY) continue;
    told = performance.now();
    yield [progressFrame(opened.progress())];
  }
  return { outcome: 'incomplete', code: 'DRIM-308', ...opened.progress() };
}

/** Of a series from which one instance was wanted, the end without that instance says that there is none. */
function outcomeFor({ only }: OpenedSeries, outcome: RetrieveOutcome, given: number): RetrieveOutcome {
  if (only === undefined || given > 0 || outcome.outcome !== 'complete') return outcome;
  return { outcome: 'failed', code: 'DRIM-307', received: 0 };
}

type ObjectItem = Extract<Spooled<SpooledInfo, RetrieveOutcome>, { type: 'object' | 'bytes' | 'end' }>;

/** Turns the items of the object under way into frames; passes over objects that are not wanted, and over pixels. */
class CurrentObject {
  given = 0;
  private info: SpooledInfo | undefined;
  private passed = 0;

  constructor(
    private readonly only: string | undefined,
    private readonly heads: boolean,
  ) {}

  take(item: ObjectItem): readonly Buffer[] | undefined {
    if (item.type === 'object') return this.begin(item.object.info);
    if (!this.info) return undefined;
    if (item.type === 'bytes') return this.data(item.bytes);
    this.info = undefined;
    this.given += 1;
    return [END_FRAME];
  }

  private begin(info: SpooledInfo): readonly Buffer[] | undefined {
    this.info = this.only === undefined || info.sopInstance === this.only ? info : undefined;
    this.passed = 0;
    if (!this.info) return undefined;
    const { series, sopInstance, sopClass, transferSyntax } = info;
    return [objectFrame({ series, sopInstance, sopClass, transferSyntax })];
  }

  private data(bytes: Buffer): readonly Buffer[] | undefined {
    const end = this.heads ? (this.info?.pixelOffset ?? Infinity) : Infinity;
    const wanted = bytes.subarray(0, Math.max(0, end - this.passed));
    this.passed += bytes.length;
    return wanted.length > 0 ? [frameHead(FrameType.Data, wanted.length), wanted] : undefined;
  }
}
