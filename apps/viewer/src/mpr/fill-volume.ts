import type { Types } from '@cornerstonejs/core';
import type { SliceQueue } from './slice-queue.js';

export interface Filling {
  /** Slices at once: more than there are decoders, so that none waits for its next. */
  readonly parallel: number;
  decode(index: number): Promise<Types.IImage>;
  put(index: number, image: Types.IImage): void;
  /** After each slice; `failed` so far could not be decoded. */
  onProgress(index: number, failed: number): void;
  stopped(): boolean;
}

/** Decodes the slices of the queue and puts each in its place; ends when the queue does, or when `stopped`. Never throws. */
export async function fillVolume(queue: SliceQueue, filling: Filling): Promise<void> {
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let index = await queue.next(); index !== undefined; index = await queue.next()) {
      if (filling.stopped()) return;
      try {
        const image = await filling.decode(index);
        if (filling.stopped()) return;
        filling.put(index, image);
      } catch {
        failed += 1;
      }
      filling.onProgress(index, failed);
    }
  };
  await Promise.all(Array.from({ length: filling.parallel }, work));
}
