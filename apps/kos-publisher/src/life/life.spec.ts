import { ACTIONS, EVENTS, LIFE, STATES, transition, WORKED_STATES } from './life.js';

describe('the life of a pointer', () => {
  it('names every state and answers every event', () => {
    for (const state of STATES) {
      expect(LIFE).toHaveProperty(state);
      for (const event of EVENTS) {
        const { next, action } = transition(state, event);
        expect(STATES).toContain(next);
        expect(ACTIONS).toContain(action);
      }
    }
  });

  it.each([
    ['none', 'report.new', 'searching', 'search'],
    ['searching', 'pacs.found', 'sending', 'freeze'],
    ['searching', 'pacs.absent', 'absent', 'wait'],
    ['searching', 'pacs.mismatch', 'mismatched', 'settle'],
    ['searching', 'pacs.unavailable', 'searching', 'wait'],
    ['absent', 'pacs.found', 'sending', 'freeze'],
    ['absent', 'report.join', 'searching', 'search'],
    ['unbuildable', 'pacs.found', 'sending', 'freeze'],
    ['sending', 'dmp.accepted', 'published', 'settle'],
    ['sending', 'dmp.unavailable', 'sending', 'wait'],
    ['sending', 'dmp.refused', 'refused', 'settle'],
    ['refused', 'operator.retry', 'sending', 'send'],
    ['published', 'report.join', 'published', 'join'],
  ] as const)('%s + %s → %s, %s', (state, event, next, action) => {
    expect(transition(state, event)).toEqual({ next, action });
  });

  it('parks every request it does not carry out, without moving', () => {
    for (const event of [
      'report.replace',
      'report.hide',
      'report.show',
      'report.withdraw',
      'exam.iocm',
      'exam.omi',
      'exam.resync',
    ] as const) {
      for (const state of STATES) expect(transition(state, event)).toEqual({ next: state, action: 'park' });
    }
  });

  it('ignores an outcome of a step that is over', () => {
    expect(transition('published', 'dmp.unavailable')).toEqual({ next: 'published', action: 'ignore' });
    expect(transition('withdrawn', 'pacs.found')).toEqual({ next: 'withdrawn', action: 'ignore' });
  });

  it('never publishes twice: nothing leads from published to a new first publication', () => {
    for (const event of EVENTS) {
      const { next, action } = transition('published', event);
      expect(next).toBe('published');
      expect(['freeze', 'send', 'search']).not.toContain(action);
    }
  });

  it('works exactly the states that have a step of ours', () => {
    expect(new Set(WORKED_STATES)).toEqual(new Set(['searching', 'absent', 'unbuildable', 'sending']));
  });
});
