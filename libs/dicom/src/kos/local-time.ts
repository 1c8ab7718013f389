/** An instant as a KOS writes it: local date (YYYYMMDD), time (HHMMSS) and offset from UTC (`+0100`). */
export interface LocalTime {
  readonly date: string;
  readonly time: string;
  readonly offset: string;
}

/** Local time in an IANA zone, summer time included (PS3.3 §C.12.1.1.8). RangeError on an unknown zone. */
export function localTime(instant: Date, timezone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
    second: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset',
  }); // prettier-ignore
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (name: string): string => parts[name] ?? '';
  return {
    date: `${part('year')}${part('month')}${part('day')}`,
    time: `${part('hour')}${part('minute')}${part('second')}`,
    // `GMT+01:00`; `GMT` alone is UTC, written +0000 as -0000 is forbidden.
    offset: part('timeZoneName').slice(3).replace(':', '') || '+0000',
  };
}
