import { CodecPool } from '@drimbox/codecs';
import { CONFIG, Lifecycle, Metrics } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import type { Settings } from '../config/settings.js';

/** Objects being converted at once, in all answers together, for each thread: each keeps a frame more than the threads busy. */
const OBJECTS_PER_THREAD = 4;
const FRAMES_PER_OBJECT = 64;
const MEGABYTE = 1024 * 1024;

/** The threads that convert, and how many objects may be at it: the others wait, and hold nothing but their turn. */
@Injectable()
export class Conversions implements OnModuleInit {
  readonly pool: CodecPool;
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly lifecycle: Lifecycle,
    metrics: Metrics,
    @Inject(CONFIG) settings: Settings,
  ) {
    const threads = settings.conversionWorkers ?? Math.max(1, availableParallelism() - 1);
    this.free = threads * OBJECTS_PER_THREAD;
    this.pool = new CodecPool({
      threads,
      maxQueue: this.free * FRAMES_PER_OBJECT,
      maxFrameBytes: settings.conversionMaxMegabytes * MEGABYTE,
    });
    metrics.gauge('drimbox_conversions', 'Frames being converted, and waiting for it', ['state'], () => [
      [{ state: 'running' }, this.pool.load.running],
      [{ state: 'queued' }, this.pool.load.queued],
    ]);
  }

  onModuleInit(): void {
    this.lifecycle.onDrain('store', 'conversions', () => this.pool.close());
  }

  /** A turn for one object; the way to give it back. */
  async turn(): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    };
  }
}
