import type { Visibility } from '@drimbox/contracts';
import { visibilityChange } from '../kos/visibility.js';
import type { Wanted } from './wanted.js';

/** One version of an exam's pointer, and what the DMP is known to do with it. */
export interface PointerVersion {
  readonly id: string;
  readonly kosUid: string;
  /** Record it belongs to. */
  readonly ins: string;
  readonly visibility: Visibility;
  /** Lineage and report it was built from. */
  readonly lineage: string;
  readonly reportId: string;
  /** Of its KOS: one more at each replacement (drimbox-rules §3.4). */
  readonly instanceNumber: number;
  readonly status: VersionStatus;
  /** A send or a deletion may have reached the DMP and nothing has settled it yet. */
  readonly doubt: boolean;
  /**
   * A send (of a frozen version) or a deletion (of an approved one) was given up so lately that the DMP may still carry
   * it out: what a look says now may not be its last word.
   */
  readonly late: boolean;
  /** Built as no pointer is built any more, and to be built again by setting. */
  readonly outdated: boolean;
}

/**
 * `frozen` archived, to be sent · `refused` by the DMP for good · `approved` in the DMP · `replaced` by a later version ·
 * `deleted` by us · `lost`: deleted in the DMP by somebody else · `discarded`: never sent, overtaken by a change.
 */
export type VersionStatus = 'frozen' | 'refused' | 'approved' | 'replaced' | 'deleted' | 'lost' | 'discarded';

/** The next things to do for an exam, independent of one another: each may wait without holding up the others. */
export type Operation =
  /** Ask the DMP whether the version is there: nothing else may happen to it before. */
  | { readonly kind: 'look'; readonly version: PointerVersion }
  /** A version that nobody has seen is overtaken: it is never sent. */
  | { readonly kind: 'discard'; readonly version: PointerVersion }
  | { readonly kind: 'delete'; readonly version: PointerVersion }
  | { readonly kind: 'send'; readonly version: PointerVersion }
  /** Ask the PACS, build and archive a version; it replaces `replaces` in the DMP. */
  | { readonly kind: 'build'; readonly replaces?: PointerVersion };

/**
 * What has to happen so that the DMP ends as it should: nothing is published that the next step would undo, nothing is
 * published twice, and a record that is no longer the patient's is emptied first.
 */
export function planOf(wanted: Wanted, versions: readonly PointerVersion[]): Operation[] {
  const doubtful = versions.filter(({ status, doubt }) => doubt && (status === 'frozen' || status === 'approved'));
  if (doubtful.length > 0) return doubtful.map((version) => ({ kind: 'look', version }));
  if (wanted.kind === 'conflict') return [];
  const pending = versions.find(({ status }) => status === 'frozen' || status === 'refused');
  const approved = versions.filter(({ status }) => status === 'approved');
  if (pending && !fits(pending, wanted)) return [{ kind: pending.late ? 'look' : 'discard', version: pending }];

  const deletions: Operation[] = approved
    .filter(({ ins }) => wanted.kind === 'nothing' || ins !== wanted.ins)
    .map((version) => ({ kind: 'delete', version }));
  if (wanted.kind === 'nothing') return deletions;
  if (pending?.status === 'refused') return deletions;
  if (pending) return [...deletions, { kind: 'send', version: pending }];
  const current = approved.find(({ ins }) => ins === wanted.ins);
  if (current?.late) return [...deletions, { kind: 'look', version: current }];
  if (current && fits(current, wanted)) return deletions;
  // Deleted by somebody else: a replacement would bring back what was taken away; the operator decides.
  if (!current && isLost(versions, wanted.ins)) return deletions;
  return [...deletions, { kind: 'build', ...(current && { replaces: current }) }];
}

/** Does the version say what is wanted? The report it was built from must still speak, unless its lineage is over. */
export function fits(version: PointerVersion, wanted: Wanted): boolean {
  if (wanted.kind !== 'pointer' || version.ins !== wanted.ins || version.outdated) return false;
  if (visibilityChange(version.visibility, wanted.visibility)) return false;
  const head = wanted.heads.find(({ lineage }) => lineage === version.lineage);
  return head === undefined || head.report.id === version.reportId;
}

/** The last version of a record was taken away by somebody else. */
export const isLost = (versions: readonly PointerVersion[], ins: string): boolean =>
  versions.filter((version) => version.ins === ins && version.status !== 'discarded').at(-1)?.status === 'lost';
