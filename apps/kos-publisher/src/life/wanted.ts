import type { Report, Visibility } from '@drimbox/contracts';
import { visibilityOfSet, type VisibilityRule } from '../kos/visibility.js';

/** The head of a lineage whose reports touch an exam. */
export interface LiveHead {
  readonly lineage: string;
  /** Arrival of the lineage's first message: the oldest lineage is the one the pointer is built from. */
  readonly since: number;
  readonly report: Report;
}

/** What the DMP should show of an exam, given its live reports. */
export type Wanted =
  | { readonly kind: 'nothing' }
  /** Two live reports name two patients: nobody is told which one is right, so nothing moves (DRIM-409). */
  | { readonly kind: 'conflict' }
  | {
      readonly kind: 'pointer';
      readonly ins: string;
      readonly visibility: Visibility;
      /** All live heads, oldest lineage first. */
      readonly heads: readonly LiveHead[];
      /** Changes with anything a search or a send could depend on: what stopped before is tried again. */
      readonly fingerprint: string;
    };

/** @param heads live heads of the lineages that name the study in their present version. */
export function wantedOf(heads: readonly LiveHead[], rule: VisibilityRule): Wanted {
  const ordered = heads.toSorted((a, b) => a.since - b.since || (a.lineage < b.lineage ? -1 : 1));
  const [first] = ordered;
  if (!first) return { kind: 'nothing' };
  const { ins } = first.report.patient;
  if (ordered.some(({ report }) => report.patient.ins.value !== ins.value)) return { kind: 'conflict' };
  const visibility = visibilityOfSet(
    ordered.map(({ report }) => report.visibility),
    rule,
  );
  const fingerprint = JSON.stringify([ins.value, visibility, ordered.map(({ report }) => report.id)]);
  return { kind: 'pointer', ins: ins.value, visibility, heads: ordered, fingerprint };
}
