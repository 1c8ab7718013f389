import type { Types } from '@cornerstonejs/core';

export interface Filling {
  /** Slices at once: more than there are decoders, so that none waits for its next. */
  readonly parallel: number;
  decode(index: number): Promise<Types.IImage>;
  put(index: number, image: Types.IImage): void;
  /** After each slice; `failed` of the `done` could not be decoded. */
  onProgress(done: number, failed: number): void;
  stopped(): boolean;
}

/** Order in which the slices of a volume are decoded: from the middle outwards, because the middle is what is on screen. */
export function fromMiddle(count: number): number[] {
  const middle = count >> 1;
  return Array.from({ length: count }, (_, at) => at).toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}

/** Decodes every slice and puts it in its place; ends when all are done or `stopped`. Never throws. */
export async function fillVolume(count: number, filling: Filling): Promise<void> {
  const order = fromMiddle(count).values();
  let [done, failed] = [0, 0];
  const work = async (): Promise<void> => {
    for (const index of order) {
      if (filling.stopped()) return;
      try {
        const image = await filling.decode(index);
        if (filling.stopped()) return;
        filling.put(index, image);
      } catch {
        failed += 1;
      }
      filling.onProgress((done += 1), failed);
    }
  };
  await Promise.all(Array.from({ length: filling.parallel }, work));
}
