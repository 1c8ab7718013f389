import { campaignOptions } from './options.js';

describe('the options of a campaign', () => {
  it('have defaults, and a seed of their own each time', () => {
    const { messages, minutes, seed } = campaignOptions([]);
    expect([messages, minutes]).toEqual([10_000, 60]);
    expect(Number.isInteger(seed)).toBe(true);
    expect(new Set(Array.from({ length: 5 }, () => campaignOptions([]).seed)).size).toBeGreaterThan(1);
  });

  it('are read', () =>
    expect(campaignOptions(['--messages', '150', '--minutes', '4', '--seed', '7'])).toEqual({
      messages: 150,
      minutes: 4,
      seed: 7,
    }));

  it.each([
    ['--messages', '0'],
    ['--messages', '1e3'],
    ['--minutes', '-1'],
    ['--seed', '4294967296'],
    ['--speed', '9'],
  ])('refuse %s %s', (name, value) => expect(() => campaignOptions([name, value])).toThrow(/./));
});
