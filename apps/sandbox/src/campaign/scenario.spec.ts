import { seededRandom } from '../long/random.js';
import { ACTS, lastWords, roleOf, scenario, shownInTheEnd, type Told } from './scenario.js';

const told = (content: Partial<Told>): Told => ({
  control: 'C',
  study: 0,
  report: 0,
  version: 1,
  act: 'new',
  hiding: [],
  ...content,
});

describe('the scenario of a campaign', () => {
  it('is played again by its seed, has the size asked for and every kind of message', () => {
    const once = scenario(1000, seededRandom(7));
    expect(scenario(1000, seededRandom(7))).toEqual(once);
    expect(scenario(1000, seededRandom(8))).not.toEqual(once);
    expect(once).toHaveLength(1000);
    expect(new Set(once.map(({ act }) => act))).toEqual(new Set(ACTS));
    expect(new Set(once).size).toBeLessThan(1000);
    const crossed = once.some((one, at) =>
      once
        .slice(at)
        .some((next) => next.study === one.study && next.report === one.report && next.version < one.version),
    );
    expect(crossed).toBe(true);
  });

  it('never gives one control id to two messages', () => {
    const distinct = [...new Set(scenario(2000, seededRandom(9)))];
    expect(new Set(distinct.map(({ control }) => control)).size).toBe(distinct.length);
  });
});

describe('the short model', () => {
  it('counts the last version of each report, whatever the order, and no refused one', () => {
    const life = [
      told({ version: 3, act: 'visibility', hiding: ['MASQUE_PS'] }),
      told({ version: 4, act: 'refused', hiding: ['INVISIBLE_PATIENT'] }),
      told({ version: 1 }),
      told({ version: 2, act: 'replace', hiding: ['INVISIBLE_PATIENT'] }),
    ];
    expect(shownInTheEnd(life)).toEqual(new Map([[0, ['MASQUE_PS']]]));
    const last = lastWords(life);
    expect([life[0]!, life[2]!, life[3]!].map((one) => roleOf(one, last))).toEqual([
      'speaks',
      'superseded',
      'superseded',
    ]);
  });

  it('shows the union of the reports that speak, nothing once all are withdrawn', () => {
    const first = told({ report: 0, hiding: ['MASQUE_PS'] });
    const second = told({ report: 1, hiding: ['INVISIBLE_PATIENT'] });
    const gone = told({ report: 0, act: 'withdraw' });
    expect(shownInTheEnd([first, second]).get(0)).toEqual(['INVISIBLE_PATIENT', 'MASQUE_PS']);
    expect(shownInTheEnd([gone, second, first]).get(0)).toEqual(['INVISIBLE_PATIENT']);
    expect(shownInTheEnd([first, gone])).toEqual(new Map([[0, undefined]]));
    expect(roleOf(first, lastWords([gone, first]))).toBe('superseded');
    expect(roleOf(gone, lastWords([gone, first]))).toBe('withdraws');
  });
});
