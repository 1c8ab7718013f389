import type { ExamManifest } from '@drimbox/contracts';
import type { Asked } from '../levels/asked.js';

/** What of an exam is asked for, as its pointer names it. */
export interface Scope {
  /** Series that may leave; objects of another are not given, even when the PACS sends them along. */
  readonly series: ReadonlySet<string>;
  /** Instances that the pointer names within what is asked: fewer is not the whole. */
  readonly instances: number;
}

/** Undefined when the pointer does not name it: the answer is that of an unknown exam. */
export function scopeOf({ series }: ExamManifest, asked: Asked): Scope | undefined {
  const named = asked.series === undefined ? series : series.filter(({ uid }) => uid === asked.series);
  if (named.length === 0) return undefined;
  const uids = new Set(named.map(({ uid }) => uid));
  if (asked.instance === undefined) {
    return { series: uids, instances: named.reduce((sum, { instances }) => sum + instances.length, 0) };
  }
  const { instance } = asked;
  return named.some(({ instances }) => instances.includes(instance)) ? { series: uids, instances: 1 } : undefined;
}
