import { untilTime } from './until-time.js';

it.each([
  ['04:00', '2026-11-27T02:30:00Z', 30 * 60_000],
  ['04:00', '2026-11-27T03:30:15Z', (23.5 * 60 - 0.25) * 60_000],
  ['04:00', '2026-07-01T01:00:00Z', 3_600_000],
  ['04:00', '2026-11-27T03:00:00Z', 24 * 3_600_000],
])('%s of French time from %s', (time, now, milliseconds) => {
  expect(untilTime(time, new Date(now))).toBe(milliseconds);
});
