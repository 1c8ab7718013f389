/** Something that will stop being usable by itself. */
export interface Expiring {
  readonly kind: 'certificate' | 'crl' | 'white-list' | 'psc-client';
  readonly subject: string;
  readonly expiresAt: Date;
}

export interface CalendarItem extends Expiring {
  /** `soon` within the warning time of its kind, `expired` from its last instant on. */
  readonly state: 'ok' | 'soon' | 'expired';
}

/** How long before its end each kind is worth a warning, in milliseconds. */
export type WarningTimes = Readonly<Record<Expiring['kind'], number>>;

/** Everything that expires, soonest first, as it stands at `now`. */
export const calendarOf = (things: Iterable<Expiring>, warning: WarningTimes, now: Date): CalendarItem[] =>
  [...things]
    .map((thing) => ({ ...thing, state: stateOf(thing, warning[thing.kind], now) }))
    .toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime() || a.subject.localeCompare(b.subject));

function stateOf({ expiresAt }: Expiring, warning: number, now: Date): CalendarItem['state'] {
  const left = expiresAt.getTime() - now.getTime();
  if (left <= 0) return 'expired';
  return left <= warning ? 'soon' : 'ok';
}
