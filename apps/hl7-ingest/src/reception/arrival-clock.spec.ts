import { ArrivalClock } from './arrival-clock.js';

describe('order of arrival', () => {
  it('never repeats a number, even when the clock stands still or goes back', () => {
    const clock = new ArrivalClock();
    const numbers = [1000, 1000, 1000, 999, 1001].map((now) => clock.next(now));
    expect(numbers).toEqual([1_000_000, 1_000_001, 1_000_002, 1_000_003, 1_001_000]);
  });

  it('stays an exact integer for centuries', () => {
    expect(Number.isSafeInteger(new ArrivalClock().next(Date.UTC(2250, 0)))).toBe(true);
  });
});
