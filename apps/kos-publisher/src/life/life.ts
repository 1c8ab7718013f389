/**
 * The life of an imaging pointer: every state, every event, every transition, in one table (drimbox-rules §3.4, §4–6).
 *
 * What the DMP should show is decided elsewhere from the reports alone (wanted.ts), and the work towards it from what
 * the DMP shows (plan.ts). The state says what an exam waits for; it decides nothing, so a crash cannot leave a wrong one.
 */

export const STATES = [
  /** Known only by a request that waits: no report has asked for a pointer yet. */
  'none',
  /** The PACS has to be asked (or asked again) before a first KOS can be built. */
  'searching',
  /** The PACS does not hold the study; it is asked again by setting (DB.SO.12). */
  'absent',
  /** Accession number or local patient id differ between report and PACS: no KOS. */
  'mismatched',
  /** The report lacks what the DMP requires, or its structure has no certificate. */
  'unbuildable',
  /** A first version is frozen in the archive and not yet acknowledged by the DMP. */
  'sending',
  /** The DMP refused a version for good: an operator is needed. */
  'refused',
  /** The current version is in the DMP, and it says what it should. */
  'published',
  /** A newer version is being prepared or sent; the previous one is still in the DMP. */
  'replacing',
  /** The pointer must leave the DMP, which has not yet confirmed it. */
  'withdrawing',
  'withdrawn',
  /** The entry was deleted in the DMP by somebody else: only an operator may publish again. */
  'lost',
  /** Two live reports name two patients: nothing moves until one of them is corrected. */
  'conflicting',
] as const;
export type State = (typeof STATES)[number];

export const EVENTS = [
  // asked by the RIS
  'report.new',
  'report.join',
  'report.replace',
  'report.hide',
  'report.show',
  'report.withdraw',
  // said by the PACS
  'exam.iocm',
  'exam.omi',
  // asked by the operator
  'exam.resync',
  'operator.retry',
  'operator.release',
  'operator.replay',
  // outcomes of our own steps
  'pacs.found',
  'pacs.absent',
  'pacs.mismatch',
  'pacs.unavailable',
  'kos.unbuildable',
  'version.overtaken',
  'dmp.accepted',
  'dmp.refused',
  'dmp.unavailable',
  'dmp.deleted',
  'dmp.not-deleted',
  'dmp.lost',
  // nothing is left to do
  'settled.published',
  'settled.withdrawn',
  'settled.lost',
  'settled.refused',
  'settled.conflict',
] as const;
export type LifeEvent = (typeof EVENTS)[number];

export const ACTIONS = [
  /** Work out what the DMP should show, and start. */
  'reconcile',
  /** Go on with the next operation of the plan. */
  'go-on',
  /** Try the same operation again later. */
  'wait',
  /** Keep the request; carried out later. */
  'park',
  /** Nothing is left to do by itself. */
  'settle',
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Transition {
  readonly next: State;
  readonly action: Action;
}

type Row = Readonly<Record<LifeEvent, Transition>>;

const to = (next: State, action: Action): Transition => ({ next, action });

/** What never depends on the state: requests start the work and leave the label to it, or wait for a later release. */
const requests = (state: State) => ({
  'report.new': to(state, 'reconcile'),
  'report.join': to(state, 'reconcile'),
  'report.replace': to(state, 'reconcile'),
  'report.hide': to(state, 'reconcile'),
  'report.show': to(state, 'reconcile'),
  'report.withdraw': to(state, 'reconcile'),
  'operator.retry': to(state, 'reconcile'),
  'operator.release': to(state, 'reconcile'),
  // The DMP was asked and does not know the version: it is frozen again, and sent as it is.
  'operator.replay': to('sending', 'reconcile'),
  'exam.iocm': to(state, 'park'),
  'exam.omi': to(state, 'park'),
  'exam.resync': to(state, 'park'),
});

const ends = {
  'settled.published': to('published', 'settle'),
  'settled.withdrawn': to('withdrawn', 'settle'),
  'settled.lost': to('lost', 'settle'),
  'settled.refused': to('refused', 'settle'),
  'settled.conflict': to('conflicting', 'settle'),
} as const;

/** No version of ours is in the DMP. */
const unseen = (state: State): Row => ({
  ...requests(state),
  ...ends,
  'pacs.found': to('sending', 'go-on'),
  'pacs.absent': to('absent', 'wait'),
  'pacs.mismatch': to('mismatched', 'wait'),
  'pacs.unavailable': to('searching', 'wait'),
  'kos.unbuildable': to('unbuildable', 'wait'),
  'version.overtaken': to('searching', 'go-on'),
  'dmp.accepted': to('published', 'go-on'),
  'dmp.refused': to('refused', 'go-on'),
  'dmp.unavailable': to('sending', 'wait'),
  'dmp.deleted': to('withdrawn', 'go-on'),
  'dmp.not-deleted': to('withdrawing', 'wait'),
  'dmp.lost': to('lost', 'go-on'),
});

/** A version of ours is in the DMP: whatever fails, the exam is there, and waits to be changed or to leave. */
const seen = (state: State): Row => ({
  ...unseen(state),
  'pacs.found': to('replacing', 'go-on'),
  'pacs.absent': to('replacing', 'wait'),
  'pacs.mismatch': to('replacing', 'wait'),
  'pacs.unavailable': to('replacing', 'wait'),
  'kos.unbuildable': to('replacing', 'wait'),
  'version.overtaken': to(state, 'go-on'),
  'dmp.unavailable': to('replacing', 'wait'),
});

export const LIFE: Readonly<Record<State, Row>> = {
  none: unseen('none'),
  searching: unseen('searching'),
  absent: unseen('absent'),
  mismatched: unseen('mismatched'),
  unbuildable: unseen('unbuildable'),
  sending: unseen('sending'),
  refused: unseen('refused'),
  published: seen('published'),
  replacing: seen('replacing'),
  withdrawing: seen('withdrawing'),
  withdrawn: unseen('withdrawn'),
  lost: unseen('lost'),
  conflicting: unseen('conflicting'),
};

export const transition = (state: State, event: LifeEvent): Transition => LIFE[state][event];
