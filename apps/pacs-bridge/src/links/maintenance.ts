import type { MaintenanceWindow } from '@drimbox/contracts';

/** Hours of the registry are those on the wall of a French hospital. */
const WALL_CLOCK = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof DAYS)[number];

/** Is the PACS to be left alone at that instant? A window that ends before it begins ends the next day. */
export function inMaintenance(windows: readonly MaintenanceWindow[], at: Date): boolean {
  if (windows.length === 0) return false;
  const { day, time } = wallClock(at);
  return windows.some(({ days, from, to }) => {
    if (from <= to) return days.includes(day) && from <= time && time < to;
    return (days.includes(day) && time >= from) || (days.includes(dayBefore(day)) && time < to);
  });
}

/** `HH:MM` compares as text does. */
function wallClock(at: Date): { readonly day: Day; readonly time: string } {
  const parts = Object.fromEntries(WALL_CLOCK.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = DAYS.find((name) => name === parts.weekday?.toLowerCase());
  if (!day) throw new Error('no weekday');
  return { day, time: `${parts.hour}:${parts.minute}` };
}

const dayBefore = (day: Day): Day => DAYS[(DAYS.indexOf(day) + 6) % 7] ?? day;
