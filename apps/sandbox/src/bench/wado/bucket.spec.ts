import { Bucket } from './bucket.js';

describe('a token bucket', () => {
  it('lets its rate through, whatever the sizes', () => {
    let now = 0;
    const bucket = new Bucket(125e6, () => now);
    let passed = 0;
    for (let n = 0; n < 2000; n++) {
      const bytes = 1 + ((n * 7919) % 65_536);
      passed += bytes;
      now += bucket.take(bytes);
    }
    const rate = (passed / now) * 1000;
    expect(rate).toBeGreaterThan(125e6 * 0.99);
    expect(rate).toBeLessThan(125e6 * 1.03);
  });

  it('catches up after a pause, but not more than its burst', () => {
    let now = 0;
    const bucket = new Bucket(1e6, () => now);
    expect(bucket.take(8000)).toBe(0);
    expect(bucket.take(1000)).toBeCloseTo(1);
    now += 10_000;
    expect(bucket.take(8000)).toBe(0);
    expect(bucket.take(1)).toBeGreaterThan(0);
  });
});
