import { ACTIONS, EVENTS, LIFE, STATES, transition } from './life.js';

describe('the life of a pointer', () => {
  it('names every state and answers every event', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        const { next, action } = LIFE[state][event];
        expect(STATES).toContain(next);
        expect(ACTIONS).toContain(action);
      }
    }
  });

  it.each([
    ['searching', 'pacs.found', 'sending', 'go-on'],
    ['searching', 'pacs.absent', 'absent', 'wait'],
    ['searching', 'pacs.mismatch', 'mismatched', 'wait'],
    ['sending', 'dmp.accepted', 'published', 'go-on'],
    ['sending', 'dmp.unavailable', 'sending', 'wait'],
    ['published', 'pacs.absent', 'replacing', 'wait'],
    ['published', 'dmp.unavailable', 'replacing', 'wait'],
    ['published', 'dmp.not-deleted', 'withdrawing', 'wait'],
    ['withdrawing', 'dmp.deleted', 'withdrawn', 'go-on'],
    ['withdrawn', 'pacs.found', 'sending', 'go-on'],
  ] as const)('%s + %s → %s, %s', (state, event, next, action) => {
    expect(transition(state, event)).toEqual({ next, action });
  });

  it('every report and every operator is heard in every state; what the PACS says by itself waits', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        if (event === 'operator.replay')
          expect(transition(state, event)).toEqual({ next: 'sending', action: 'reconcile' });
        else if (event.startsWith('report.') || event.startsWith('operator.'))
          expect(transition(state, event)).toEqual({ next: state, action: 'reconcile' });
        if (event.startsWith('exam.')) expect(transition(state, event)).toEqual({ next: state, action: 'park' });
      }
    }
  });

  it('an exam that the DMP shows is never said to be absent, mismatched or unsent', () => {
    for (const state of ['published', 'replacing', 'withdrawing'] as const) {
      for (const event of [
        'pacs.absent',
        'pacs.mismatch',
        'pacs.unavailable',
        'kos.unbuildable',
        'dmp.unavailable',
      ] as const) {
        expect(transition(state, event).next).toBe('replacing');
      }
    }
  });
});
