import { imageLoader } from '@cornerstonejs/core';
import { decoders } from '../images/image-loader.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Series } from '../series/series.js';
import { placeOf } from './expected-plan.js';
import { fillVolume } from './fill-volume.js';
import { SliceQueue } from './slice-queue.js';
import type { MprVolume } from './volume.js';
import { type VolumePlan, volumePlan } from './volume-fit.js';

export interface FillProgress {
  /** Place of the slice that was put last. */
  readonly index: number;
  /** Slices in the volume, of `count`. */
  readonly done: number;
  readonly count: number;
}

/** Puts the slices of a series into their volume as they come. */
export class VolumeFiller {
  private queue: SliceQueue;
  private readonly imageIds: (string | undefined)[];
  private readonly seen = new Set<ImageFacts>();
  private waiting = 0;
  private done = 0;
  private failed = 0;
  private running = false;

  /** `idOf`: image id under which a slice is decoded for this volume. */
  constructor(
    private readonly plan: VolumePlan,
    private readonly made: MprVolume,
    private readonly series: Series,
    private readonly idOf: (facts: ImageFacts) => string,
  ) {
    this.imageIds = plan.slices.map((facts) => facts && idOf(facts));
    this.queue = new SliceQueue(plan.slices.length);
    for (const [place, facts] of plan.slices.entries()) if (facts) this.add(place, facts);
  }

  /** Slices have come since the last run ended. */
  get mustRun(): boolean {
    return !this.running && this.waiting > 0;
  }

  /** Looks at what has come. False: the volume is not what the plan expected. */
  take(): boolean {
    const { images, ended } = this.series;
    for (const facts of this.isWhole ? [] : images) {
      if (this.seen.has(facts)) continue;
      this.seen.add(facts);
      const place = placeOf(this.plan, facts);
      if (place === 'none') continue;
      const imageId = this.idOf(facts);
      if (place === undefined || (this.imageIds[place] ?? imageId) !== imageId) return false;
      if (this.imageIds[place] === imageId) continue; // its head came again
      this.imageIds[place] = imageId;
      this.add(place, facts);
    }
    if (ended || this.isWhole) this.queue.end();
    // Fewer slices than expected may be a volume of their own.
    return !ended || this.isWhole || volumePlan(images) === undefined;
  }

  private get isWhole(): boolean {
    return !this.imageIds.includes(undefined);
  }

  /** Nothing more is waited for. */
  stop(): void {
    this.queue.end();
  }

  private add(place: number, facts: ImageFacts): void {
    this.seen.add(facts);
    this.waiting += 1;
    this.queue.add(place);
  }

  /** Decodes until everything has come, or `stopped`. @returns whether the volume is whole. */
  async run(stopped: () => boolean, onProgress: (progress: FillProgress) => void): Promise<boolean> {
    this.running = true;
    const count = this.imageIds.length;
    await fillVolume(this.queue, {
      parallel: decoders() + 2,
      decode: (index) => imageLoader.loadImage(this.imageIds[index] ?? ''),
      put: (index, image) => {
        this.made.put(index, image);
        this.done += 1;
      },
      stopped,
      onProgress: (index, failed) => {
        this.waiting -= 1;
        this.failed = failed;
        onProgress({ index, done: this.done, count });
      },
    });
    this.running = false;
    this.queue = new SliceQueue(count);
    const known = this.imageIds.filter((imageId) => imageId !== undefined);
    if (known.length === count && !stopped()) this.made.complete(known);
    return this.done === count && this.failed === 0;
  }
}
