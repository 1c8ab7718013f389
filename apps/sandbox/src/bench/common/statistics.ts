/** Middle value; the lower one of two. @throws on an empty list: a bench without a measure is broken. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Nearest-rank percentile, `p` in (0, 1]. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}
