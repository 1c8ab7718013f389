interface Loadable {
  readonly state: string;
  readonly info: { readonly kind: string };
}

/**
 * Series to begin loading now: all those looked at, then as many others as there is room for, once nothing that is looked
 * at is loading: key images first, then in the order of the list.
 */
export function nextToLoad<T extends Loadable>(all: readonly T[], wanted: readonly T[], room: number): T[] {
  const now = wanted.filter(({ state }) => state === 'idle');
  if (now.length > 0 || wanted.some(({ state }) => state === 'loading')) return now;
  const idle = all.filter((series) => series.state === 'idle');
  const keys = idle.filter(({ info }) => info.kind === 'key-images');
  return [...keys, ...idle.filter(({ info }) => info.kind !== 'key-images')].slice(0, Math.max(0, room));
}
