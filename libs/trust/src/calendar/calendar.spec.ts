import { calendarOf } from './calendar.js';

it('sorts what expires, soonest first, each warned of in its own time', () => {
  const now = new Date('2026-11-27T12:00:00Z');
  const day = 86_400_000;
  const at = (days: number): Date => new Date(now.getTime() + days * day);
  const warning = { certificate: 60 * day, crl: day, 'white-list': 2 * day, 'psc-client': 60 * day };
  const items = calendarOf(
    [
      { kind: 'certificate', subject: 'far', expiresAt: at(61) },
      { kind: 'certificate', subject: 'near', expiresAt: at(60) },
      { kind: 'crl', subject: 'crl', expiresAt: at(2) },
      { kind: 'white-list', subject: 'list', expiresAt: at(2) },
      { kind: 'psc-client', subject: 'client', expiresAt: at(0) },
      { kind: 'crl', subject: 'old', expiresAt: at(-1) },
    ],
    warning,
    now,
  );
  expect(items.map(({ subject, state }) => `${subject} ${state}`)).toEqual([
    'old expired',
    'client expired',
    'crl ok',
    'list soon',
    'near soon',
    'far ok',
  ]);
});
