/** An instant as XDS writes it: UTC `YYYYMMDDHHMMSS` (ITI TF-3 §4.2.3.1.7, DTM). */
export const xdsTime = (instant: Date): string => instant.toISOString().replace(/[-:T]/g, '').slice(0, 14);

const CDA_TIME = /^(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d{1,6})?)?([+-]\d{4})?$/;

/** Minutes a zone is ahead of UTC at an instant. */
function zoneOffset(zone: string, instant: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const value = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return Math.round((wall - Math.trunc(instant / 1000) * 1000) / 60_000);
}

function offsetMinutes(offset: string | undefined, zone: string, wall: number): number {
  if (offset !== undefined) {
    const sign = offset.startsWith('-') ? -1 : 1;
    return sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5)));
  }
  // The offset at the wall time taken as UTC is off by at most one change of clocks: ask once more at the instant found.
  const guess = zoneOffset(zone, wall);
  return zoneOffset(zone, wall - guess * 60_000);
}

/**
 * A CDA time (HL7 v3 TS: `YYYYMMDDHHMM[SS][±ZZZZ]`) as XDS writes it. Without an offset it is a time of `zone`.
 * A date alone keeps its precision, since it names no instant. undefined when it is no valid time.
 */
export function cdaTimeToXds(value: string, zone: string): string | undefined {
  const match = CDA_TIME.exec(value.trim());
  if (!match) return undefined;
  const [, year = '', month, day, hour, minute, second, offset] = match;
  const wall = Date.UTC(
    Number(year),
    Number(month ?? 1) - 1,
    Number(day ?? 1),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  const digits = [year, month ?? '01', day ?? '01', hour ?? '00', minute ?? '00', second ?? '00'].join('');
  if (xdsTime(new Date(wall)) !== digits) return undefined; // 31 February, 25 o'clock
  if (hour === undefined) return `${year}${month ?? ''}${day ?? ''}`;
  return xdsTime(new Date(wall - offsetMinutes(offset, zone, wall) * 60_000));
}
