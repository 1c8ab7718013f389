import type { MaintenanceWindow } from '@drimbox/contracts';
import { inMaintenance } from './maintenance.js';

const ALL: MaintenanceWindow['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

describe('a PACS in planned maintenance', () => {
  it.each<[string, MaintenanceWindow, string, boolean]>([
    // 2026-11-23 is a Monday; Paris is at +01:00 in winter, +02:00 in summer.
    ['within', { days: ['mon'], from: '02:00', to: '04:00' }, '2026-11-23T01:00:00Z', true],
    ['its end is over', { days: ['mon'], from: '02:00', to: '04:00' }, '2026-11-23T03:00:00Z', false],
    ['before', { days: ['mon'], from: '02:00', to: '04:00' }, '2026-11-23T00:59:59Z', false],
    ['on another day', { days: ['tue'], from: '02:00', to: '04:00' }, '2026-11-23T01:30:00Z', false],
    ['in summer time', { days: ALL, from: '02:00', to: '04:00' }, '2026-07-01T00:30:00Z', true],
    ['past midnight, in the evening', { days: ['sun'], from: '23:00', to: '01:00' }, '2026-11-22T22:30:00Z', true],
    ['past midnight, the next morning', { days: ['sun'], from: '23:00', to: '01:00' }, '2026-11-22T23:30:00Z', true],
    [
      'past midnight, not of the day before',
      { days: ['mon'], from: '23:00', to: '01:00' },
      '2026-11-22T23:30:00Z',
      false,
    ],
    [
      'the night the clocks go back, the first 2:30',
      { days: ALL, from: '02:00', to: '03:00' },
      '2026-10-25T00:30:00Z',
      true,
    ],
    [
      'the night the clocks go back, the second 2:30',
      { days: ALL, from: '02:00', to: '03:00' },
      '2026-10-25T01:30:00Z',
      true,
    ],
  ])('%s', (_name, window, at, expected) => {
    expect(inMaintenance([window], new Date(at))).toBe(expected);
  });

  it('is not when nothing is planned', () => {
    expect(inMaintenance([], new Date())).toBe(false);
  });
});
