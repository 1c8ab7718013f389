import type { Series, SeriesState } from '../series/series.js';

export interface Progress {
  /** `undefined` while the total is not known. */
  readonly fraction: number | undefined;
  readonly received: number;
  readonly expected: number | undefined;
  readonly state: SeriesState;
}

/** How far a series is, counted in objects: what the portal says, or what has come when it says nothing. */
export function progressOf(series: Pick<Series, 'state' | 'received' | 'expected'> & { objects: number }): Progress {
  const received = Math.max(series.received, series.objects);
  const { expected, state } = series;
  const fraction = expected === undefined || expected === 0 ? undefined : Math.min(1, received / expected);
  return { fraction: state === 'complete' ? 1 : fraction, received, expected, state };
}

/** Objects of a series that have come: the frames of one are one. */
export function objectsOf({ images, others, films }: Pick<Series, 'images' | 'others' | 'films'>): number {
  let count = 0;
  let last: string | undefined;
  for (const { instance } of images) {
    if (instance !== last) count += 1;
    last = instance;
  }
  return count + others.length + films.length;
}
