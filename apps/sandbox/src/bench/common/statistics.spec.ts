import { median, percentile } from './statistics.js';

describe('percentiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0.5, 50],
    [0.95, 95],
    [1, 100],
    [0.001, 1],
  ])('p%d of 1…100 is %d', (p, value) => expect(percentile(hundred, p)).toBe(value));

  it('takes the lower middle, and refuses an empty list', () => {
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(() => median([])).toThrow('nothing was measured');
  });
});
