import { aimsOf, figuresOf, type Openings, type Round } from './figures.js';

const opening = (time: number, megabytes: number): Openings => ({
  stack: {
    first: time,
    cpuFirst: time / 1000,
    complete: 10 * time,
    megabytes: 80,
    memory: { complete: megabytes, scrolled: megabytes + 1, mpr: megabytes + 2, left: megabytes },
  },
  mpr: { first: 2 * time, full: 20 * time, cpuFull: time / 100, megabytes: 80, memory: megabytes + 2, reduced: false },
});
const round = (ours: number, ohif: number, megabytes = [500, 600]): Round => ({
  ours: opening(ours, megabytes[0]!),
  ohif: opening(ohif, megabytes[1]!),
  whole: { fromLink: 3 * ours, fromLogin: 2 * ours },
});

it('compares within each round: a slow minute of the machine falls on both', () => {
  const figures = figuresOf('x', 2e6, [round(1000, 4000), round(9000, 10_000), round(2000, 5000)]);
  expect(figures.ours.firstPixels).toBe(2000);
  expect(figures.ohif.firstPixels).toBe(5000);
  expect(figures.ratios.firstPixels).toBe(0.4);
  expect(figures.signingIn).toEqual({ fromLink: 6000, fromLogin: 4000 });
});

it.each<[string, Round, string[]]>([
  ['all', round(1000, 2000), []],
  ['no time', round(1001, 1900), ['first pixels', 'three planes', 'full MPR']],
  ['no memory', round(1000, 2000, [1200, 1199]), ['stack', 'MPR in no more']],
])('meets %s', (_, only, missed) => {
  const aims = aimsOf('ct', figuresOf('x', 1, [only]));
  expect(Object.keys(aims).filter((aim) => !aims[aim])).toEqual(
    missed.map((words) => expect.stringContaining(words) as string),
  );
});

it('counts planes that never showed the image as missed, whatever memory they took', () => {
  const blank = round(1000, 2000);
  const mpr = { ...blank.ours.mpr, first: Infinity, full: Infinity };
  const aims = aimsOf('ct', figuresOf('x', 1, [{ ...blank, ours: { ...blank.ours, mpr } }]));
  expect(Object.values(aims)).toEqual([true, false, false, true, false]);
});
