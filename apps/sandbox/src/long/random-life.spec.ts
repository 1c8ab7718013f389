import { randomLife, shownInTheEnd } from './random-life.js';

const lives = Array.from({ length: 200 }, (_, seed) => randomLife(seed));

describe('random lives', () => {
  it('are played again by their seed', () => {
    expect(randomLife(7)).toEqual(randomLife(7));
    expect(randomLife(7)).not.toEqual(randomLife(8));
  });

  it('replace, withdraw, correct, drop studies and repeat', () => {
    const some = (test: (life: (typeof lives)[number]) => boolean): boolean => lives.some(test);
    expect(some(({ messages }) => messages.some(({ version }) => version > 2))).toBe(true);
    expect(some(({ messages }) => messages.some(({ withdraws }) => withdraws))).toBe(true);
    expect(some(({ messages }) => messages.some(({ corrected }) => corrected))).toBe(true);
    expect(some(({ messages, studies }) => messages.some((message) => message.studies.length < studies))).toBe(true);
    expect(some(({ messages }) => new Set(messages).size < messages.length)).toBe(true);
  });

  it('end in every way: shown, hidden, corrected, gone', () => {
    const ends = lives.flatMap((life) =>
      Array.from({ length: life.studies }, (_, study) => shownInTheEnd(life, study)),
    );
    expect(ends.some((end) => end === undefined)).toBe(true);
    expect(ends.some((end) => end?.hidden.length === 0)).toBe(true);
    expect(ends.some((end) => (end?.hidden.length ?? 0) > 1)).toBe(true);
    expect(ends.some((end) => end?.corrected === true)).toBe(true);
  });

  it('of a report the last version speaks, and its withdrawal ends it', () => {
    const message = { report: 1, version: 1, withdraws: false, studies: [0], flags: [], corrected: false } as const;
    const life = (...messages: (typeof lives)[number]['messages'][number][]) => ({ ...randomLife(1), messages });
    const hidden = { ...message, version: 2, flags: ['MASQUE_PS'] } as const;
    expect(shownInTheEnd(life(hidden, message), 0)).toEqual({ corrected: false, hidden: ['MASQUE_PS'] });
    expect(shownInTheEnd(life({ ...hidden, withdraws: true }, message, hidden), 0)).toBeUndefined();
    expect(shownInTheEnd(life({ ...message, withdraws: true }, hidden), 0)).toBeDefined();
    expect(shownInTheEnd(life(message), 1)).toBeUndefined();
  });
});
