import type { RetrieveOutcome } from '@drimbox/contracts';
import type { OpenedSeries } from './retrievals.service.js';
import type { ObjectParts } from './send-parts.js';
import { seriesParts } from './series-parts.js';

/**
 * A study, series after series: each is shared with whoever reads that series alone. The next one is asked of the PACS
 * as soon as the one before has come, however far the reader is.
 */
export function studyParts(series: readonly string[], open: (series: string) => OpenedSeries): ObjectParts {
  const shelf = new Shelf(open);
  return { frames: framesOf(series, shelf), cut: shelf.cut, close: () => shelf.close() };
}

/** The series this reader has opened; each is left when the shelf is closed. */
class Shelf {
  private readonly opened = new Map<string, OpenedSeries>();
  closed = false;
  private readonly cutting = new AbortController();

  constructor(private readonly open: (series: string) => OpenedSeries) {}

  /** Aborted when one of its readers is cut. */
  get cut(): AbortSignal {
    return this.cutting.signal;
  }

  get(uid: string): OpenedSeries {
    const known = this.opened.get(uid);
    if (known) return known;
    const opened = this.open(uid);
    opened.reader.cut.addEventListener('abort', () => this.cutting.abort());
    this.opened.set(uid, opened);
    return opened;
  }

  close(): void {
    this.closed = true;
    for (const { reader } of this.opened.values()) reader.close();
  }
}

async function* framesOf(series: readonly string[], shelf: Shelf): AsyncGenerator<readonly Buffer[], RetrieveOutcome> {
  const outcomes: RetrieveOutcome[] = [];
  for (const [index, uid] of series.entries()) {
    if (shelf.closed) break;
    const current = shelf.get(uid);
    const next = series[index + 1];
    if (next !== undefined) {
      void current.settled.then(() => {
        if (!shelf.closed) shelf.get(next);
      });
    }
    const outcome = yield* seriesParts(current);
    outcomes.push(outcome);
    // A reader that was cut, or that holds half an object, has nothing more to receive.
    if (outcome.code === 'DRIM-312' || outcome.code === 'DRIM-308') break;
  }
  return together(outcomes, series.length);
}

function together(outcomes: readonly RetrieveOutcome[], series: number): RetrieveOutcome {
  const received = outcomes.reduce((sum, outcome) => sum + outcome.received, 0);
  const counted = outcomes.every(({ expected }) => expected !== undefined) && outcomes.length === series;
  const expected = counted ? { expected: outcomes.reduce((sum, outcome) => sum + (outcome.expected ?? 0), 0) } : {};
  const bad = outcomes.find(({ outcome }) => outcome !== 'complete');
  if (!bad && outcomes.length === series) return { outcome: 'complete', received, ...expected };
  const outcome = received === 0 ? (bad?.outcome ?? 'failed') : 'incomplete';
  return { outcome, code: bad?.code ?? 'DRIM-308', received, ...expected };
}
