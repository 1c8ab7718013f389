import { CodecPool } from '@drimbox/codecs';
import { CONFIG, Lifecycle, Metrics } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import type { Settings } from '../config/settings.js';

const MEGABYTE = 1024 * 1024;
/** Streams of all browsers together, each with a few frames on the way. */
const MAX_QUEUE = 2048;

/** The threads that compress what the PACS sent uncompressed. */
@Injectable()
export class CodecThreads implements OnModuleInit {
  readonly pool: CodecPool;

  constructor(
    private readonly lifecycle: Lifecycle,
    metrics: Metrics,
    @Inject(CONFIG) settings: Settings,
  ) {
    this.pool = new CodecPool({
      threads: settings.conversionWorkers ?? Math.max(1, availableParallelism() - 1),
      maxQueue: MAX_QUEUE,
      maxFrameBytes: settings.conversionMaxMegabytes * MEGABYTE,
    });
    metrics.gauge('drimbox_viewer_conversions', 'Frames being compressed, and waiting for it', ['state'], () => [
      [{ state: 'running' }, this.pool.load.running],
      [{ state: 'queued' }, this.pool.load.queued],
    ]);
  }

  onModuleInit(): void {
    this.lifecycle.onDrain('store', 'conversions', () => this.pool.close());
  }
}
