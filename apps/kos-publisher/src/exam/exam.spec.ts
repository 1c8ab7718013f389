import { failure } from '@drimbox/contracts';
import { advance, eventOfSearchFailure, type Exam } from './exam.js';

const NOW = new Date('2026-01-02T10:00:00Z');
const policies = {
  pacs: { seconds: [2, 10] },
  absent: { seconds: [300, 900], limit: 3 },
  dmp: { seconds: [1, 5] },
  unbuildable: { seconds: [600] },
};
const context = { now: NOW, random: 0.5, policies };

const exam = (over: Partial<Exam> = {}): Exam => ({
  id: '00000000-0000-4000-8000-00000000000a',
  site: 'site-a',
  pacsLink: 'pacs-a',
  study: '1.2.3',
  ins: null,
  state: 'none',
  version: 0,
  cause: null,
  attempts: 0,
  nextAttemptAt: null,
  firstReportAt: null,
  ...over,
});

const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

describe('an exam on its way', () => {
  it('is searched for at once when its first report comes', () => {
    const { exam: after, action } = advance(exam(), 'report.new', context);
    expect(action).toBe('search');
    expect(after).toMatchObject({ state: 'searching', version: 1, nextAttemptAt: NOW, attempts: 0 });
  });

  it('waits longer at each failure, with its cause', () => {
    const cause = failure('DRIM-300');
    const once = advance(exam({ state: 'searching' }), 'pacs.unavailable', { ...context, cause }).exam;
    expect(once).toMatchObject({ state: 'searching', attempts: 1, cause, nextAttemptAt: inSeconds(2) });
    const twice = advance(once, 'pacs.unavailable', { ...context, cause }).exam;
    expect(twice).toMatchObject({ attempts: 2, nextAttemptAt: inSeconds(10) });
  });

  it('counts anew in a new state, and gives up by setting only', () => {
    const absent = advance(exam({ state: 'searching', attempts: 5 }), 'pacs.absent', context).exam;
    expect(absent).toMatchObject({ state: 'absent', attempts: 1, nextAttemptAt: inSeconds(300) });
    const last = advance({ ...absent, attempts: 2 }, 'pacs.absent', context).exam;
    expect(last).toMatchObject({ state: 'absent', attempts: 3, nextAttemptAt: null });
  });

  it('goes on at once after a success and forgets the cause', () => {
    const after = advance(
      exam({ state: 'absent', attempts: 2, cause: failure('DRIM-400') }),
      'pacs.found',
      context,
    ).exam;
    expect(after).toMatchObject({ state: 'sending', attempts: 0, cause: null, nextAttemptAt: NOW });
  });

  it('keeps its schedule when a report joins', () => {
    const sending = exam({ state: 'sending', attempts: 3, nextAttemptAt: inSeconds(60), version: 4 });
    expect(advance(sending, 'report.join', context).exam).toEqual({ ...sending, version: 5 });
  });

  it('does not move for a parked request or a stale outcome', () => {
    const published = exam({ state: 'published', version: 7 });
    expect(advance(published, 'report.withdraw', context)).toMatchObject({ exam: published, action: 'park' });
    expect(advance(published, 'dmp.unavailable', context)).toMatchObject({ exam: published, action: 'ignore' });
  });

  it('stops when all is done', () => {
    const after = advance(exam({ state: 'sending', nextAttemptAt: NOW }), 'dmp.accepted', context).exam;
    expect(after).toMatchObject({ state: 'published', nextAttemptAt: null });
  });
});

describe('what a failed search means', () => {
  it.each([
    ['DRIM-400', 'pacs.absent'],
    ['DRIM-401', 'pacs.mismatch'],
    ['DRIM-402', 'pacs.mismatch'],
    ['DRIM-404', 'kos.unbuildable'],
    ['DRIM-410', 'kos.unbuildable'],
    ['DRIM-300', 'pacs.unavailable'],
    ['DRIM-106', 'pacs.unavailable'],
  ] as const)('%s → %s', (code, event) => {
    expect(eventOfSearchFailure(code)).toBe(event);
  });
});
