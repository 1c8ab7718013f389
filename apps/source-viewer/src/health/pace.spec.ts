import { Pace } from './pace.js';

let at = 0;
const pace = (): Pace => new Pace(2, () => at);
beforeEach(() => {
  at = 0;
});

it('lets each address probe so often in a minute, and says when to come back', () => {
  const probes = pace();
  expect([probes.take('a'), probes.take('a'), probes.take('b')]).toEqual([undefined, undefined, undefined]);
  at = 20_000;
  expect(probes.take('a')).toBe(40);
  at = 60_000;
  expect(probes.take('a')).toBeUndefined();
});

it('remembers a bounded number of addresses', () => {
  const probes = pace();
  for (let n = 0; n < 10_000; n++) probes.take(`address-${n}`);
  const late = Array.from({ length: 5 }, (_, n) => probes.take(`late-${n}`));
  expect(late).toEqual([undefined, undefined, 60, 60, 60]);
});
