import { BridgeClient } from '@drimbox/images';
import { errorFields, Logger } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import type { View } from '../session/session.js';
import type { CatalogueSeries } from './catalogue.js';
import { wantedOf } from './retrieved.js';

/** A page asks within a second, however slow its line is within a few; nobody will ask later. */
const AHEAD_MILLISECONDS = 5_000;

/**
 * Has the PACS begin the first series of a view while its page is on its way to the browser: pacs-bridge serves whoever asks for the series
 * then from the same retrieval. What comes is not read here.
 */
@Injectable()
export class Ahead {
  private readonly begun = new Map<string, AbortController>();

  constructor(
    private readonly bridge: BridgeClient,
    private readonly logger: Logger,
  ) {}

  begin(view: View, series: CatalogueSeries): void {
    const [part] = series.parts;
    if (!part || this.begun.has(view.id)) return;
    const over = new AbortController();
    this.begun.set(view.id, over);
    const timer = setTimeout(() => this.end(view.id), AHEAD_MILLISECONDS);
    void this.hold(view, part, over.signal)
      .catch((error: unknown) => this.logger.debug('ahead.failed', errorFields(error)))
      .finally(() => {
        clearTimeout(timer);
        this.begun.delete(view.id);
      });
  }

  /** Somebody reads now: a retrieval that has begun goes on a moment without readers. */
  end(viewId: string): void {
    this.begun.get(viewId)?.abort();
  }

  private async hold(view: View, part: CatalogueSeries['parts'][number], signal: AbortSignal): Promise<void> {
    const answer = await this.bridge.retrieve(view.pacsLink, wantedOf(view, part), signal);
    if (!answer.ok) return;
    const parts = answer.parts[Symbol.asyncIterator]();
    try {
      await parts.next();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } finally {
      await parts.return?.();
    }
  }
}
