const DAY_MINUTES = 24 * 60;
const FRENCH_TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/**
 * Milliseconds until the next `HH:MM` of French legal time; a whole day when it is that minute. On the two days of the
 * year when clocks change it may be an hour off.
 */
export function untilTime(time: string, now: Date): number {
  const minutes = (minutesOf(time) - minutesOf(FRENCH_TIME.format(now)) + DAY_MINUTES) % DAY_MINUTES;
  return (minutes || DAY_MINUTES) * 60_000 - (now.getTime() % 60_000);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
