import { Breaker } from './breaker.js';

const limits = { failures: 3, openSeconds: 10 };

describe('the breaker of a PACS link', () => {
  it('opens after so many failures in a row', () => {
    const breaker = new Breaker(limits);
    breaker.failed(0);
    breaker.failed(0);
    breaker.succeeded();
    breaker.failed(1);
    breaker.failed(2);
    expect(breaker.admits(3)).toBe(true);
    breaker.failed(3);
    expect(breaker.admits(4)).toBe(false);
    expect(breaker.state(4)).toBe('open');
  });

  it('then lets one through, and only one until its outcome is known', () => {
    const breaker = new Breaker(limits);
    for (let n = 0; n < 3; n++) breaker.failed(0);
    expect(breaker.admits(9_999)).toBe(false);
    expect(breaker.state(10_000)).toBe('trial');
    expect(breaker.admits(10_000)).toBe(true);
    expect(breaker.admits(10_001)).toBe(false);
    breaker.failed(10_500);
    expect(breaker.admits(20_499)).toBe(false);
    expect(breaker.admits(20_500)).toBe(true);
    breaker.succeeded();
    expect(breaker.state(20_501)).toBe('closed');
    expect(breaker.admits(20_501)).toBe(true);
  });

  it('gives the trial to another when the first told nothing', () => {
    const breaker = new Breaker(limits);
    for (let n = 0; n < 3; n++) breaker.failed(0);
    expect(breaker.admits(10_000)).toBe(true);
    breaker.undecided();
    expect(breaker.admits(10_001)).toBe(true);
  });
});
