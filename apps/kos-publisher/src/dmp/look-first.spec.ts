import { type AttemptOutcome, mustLookFirst } from './look-first.js';

describe('looking before sending again', () => {
  it.each<[string, AttemptOutcome[], boolean]>([
    ['first send', [], false],
    ['a send that never left', ['not-sent'], false],
    ['a lost answer', ['unknown'], true],
    ['a crash while sending', [undefined], true],
    ['a doubt, then a connection that failed', ['unknown', 'not-sent'], true],
    ['a doubt settled by a look', ['unknown', 'not-found'], false],
    ['a new doubt after a look', ['unknown', 'not-found', undefined], true],
  ])('%s', (_name, outcomes, expected) => {
    expect(mustLookFirst(outcomes)).toBe(expected);
  });
});
