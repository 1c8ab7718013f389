import { retryDelay } from './retry.js';

const policy = { seconds: [2, 10, 60] };

describe('retry delays', () => {
  it('grow with the attempts, and the last one repeats', () => {
    expect([1, 2, 3, 4, 50].map((attempts) => retryDelay(policy, attempts, 0.5))).toEqual([
      2000, 10_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('are spread by a fifth each way', () => {
    expect(retryDelay(policy, 1, 0)).toBe(1600);
    expect(retryDelay(policy, 1, 0.999999)).toBe(2400);
  });

  it('end when the policy has a limit', () => {
    expect(retryDelay({ ...policy, limit: 3 }, 2, 0.5)).toBe(10_000);
    expect(retryDelay({ ...policy, limit: 3 }, 3, 0.5)).toBeUndefined();
  });
});
