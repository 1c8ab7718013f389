/**
 * The life of an imaging pointer: every state, every event, every transition, in one table (drimbox-rules §3.4, §4–6).
 * What is not yet carried out is `park`: the request is kept and answered, and runs later without anybody sending it again.
 */

export const STATES = [
  /** Known only by a request that waits: no report has asked for a pointer yet. */
  'none',
  /** The PACS has to be asked (or asked again) before a KOS can be built. */
  'searching',
  /** The PACS does not hold the study; it is asked again by setting (DB.SO.12). */
  'absent',
  /** Accession number or local patient id differ between report and PACS: no KOS. */
  'mismatched',
  /** The report lacks what the DMP requires, or its structure has no certificate. */
  'unbuildable',
  /** A version is frozen in the archive and not yet acknowledged by the DMP. */
  'sending',
  /** The DMP refused the frozen version for good. */
  'refused',
  /** The current version is in the DMP. */
  'published',
  /** A newer version is being prepared or sent; the previous one is still in the DMP. */
  'replacing',
  /** The last report is gone; the DMP has not yet confirmed the deletion. */
  'withdrawing',
  'withdrawn',
  /** The entry was deleted in the DMP by somebody else. */
  'lost',
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
  // outcomes of our own steps
  'pacs.found',
  'pacs.absent',
  'pacs.mismatch',
  'pacs.unavailable',
  'kos.unbuildable',
  'dmp.accepted',
  'dmp.refused',
  'dmp.unavailable',
  'dmp.deleted',
] as const;
export type LifeEvent = (typeof EVENTS)[number];

export const ACTIONS = [
  /** Ask the PACS as soon as possible. */
  'search',
  /** Build, sign and archive a version, then send it. */
  'freeze',
  /** Send the frozen version as soon as possible. */
  'send',
  /** Try the same step again later. */
  'wait',
  /** Add the report to the exam's set, publish nothing. */
  'join',
  /** Keep the request; carried out later. */
  'park',
  /** The pointer is as it should be. */
  'settle',
  /** Nothing to do: the outcome belongs to a step that is over. */
  'ignore',
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Transition {
  readonly next: State;
  readonly action: Action;
}

type Row = Partial<Record<LifeEvent, Transition>>;

const to = (next: State, action: Action): Transition => ({ next, action });

const SEARCHING: Row = {
  'report.join': to('searching', 'join'),
  'pacs.found': to('sending', 'freeze'),
  'pacs.absent': to('absent', 'wait'),
  'pacs.mismatch': to('mismatched', 'settle'),
  'pacs.unavailable': to('searching', 'wait'),
  'kos.unbuildable': to('unbuildable', 'wait'),
  'operator.retry': to('searching', 'search'),
};

/** Stopped before the DMP: a further report, or an operator, starts the search again. */
const STOPPED: Row = {
  ...SEARCHING,
  'report.join': to('searching', 'search'),
  'pacs.mismatch': to('mismatched', 'settle'),
};

export const LIFE: Readonly<Record<State, Row>> = {
  none: { 'report.new': to('searching', 'search') },
  searching: SEARCHING,
  absent: { ...STOPPED, 'pacs.unavailable': to('absent', 'wait') },
  mismatched: STOPPED,
  unbuildable: { ...STOPPED, 'pacs.unavailable': to('unbuildable', 'wait') },
  sending: {
    'report.join': to('sending', 'join'),
    'dmp.accepted': to('published', 'settle'),
    'dmp.refused': to('refused', 'settle'),
    'dmp.unavailable': to('sending', 'wait'),
    'operator.retry': to('sending', 'send'),
  },
  refused: {
    'report.join': to('refused', 'join'),
    'operator.retry': to('sending', 'send'),
  },
  published: { 'report.join': to('published', 'join') },
  replacing: {},
  withdrawing: {},
  withdrawn: {},
  lost: {},
};

const REQUESTS: ReadonlySet<LifeEvent> = new Set<LifeEvent>([
  'report.new',
  'report.join',
  'report.replace',
  'report.hide',
  'report.show',
  'report.withdraw',
  'exam.iocm',
  'exam.omi',
  'exam.resync',
]);

/** What happens next. A request without a row is parked; an outcome without a row is stale and changes nothing. */
export function transition(state: State, event: LifeEvent): Transition {
  return LIFE[state][event] ?? { next: state, action: REQUESTS.has(event) ? 'park' : 'ignore' };
}

/** States whose next step is ours to take, once `next_attempt_at` has come. */
export const WORKED_STATES: readonly State[] = STATES.filter((state) =>
  Object.values(LIFE[state]).some(({ action }) => action === 'freeze' || action === 'send'),
).filter((state) => state !== 'mismatched' && state !== 'refused');
