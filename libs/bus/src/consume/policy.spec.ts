import { DrimError } from '@drimbox/contracts';
import { DEFAULT_POLICY, entryOf, judge } from './policy.js';

it.each([
  [1, 0, 0, 'run'],
  [3, 0, 0, 'run'],
  [4, 0, 0, 'run alone'],
  [5, 4, 0, 'run'],
  [100, 99, 0, 'run'],
  [8, 4, 1, 'run alone'],
  [6, 0, 2, 'condemned'],
  // A new store counts deliveries from one again, the failures stay.
  [1, 7, 0, 'run'],
])('delivery %i with %i failures and %i lone runs: %s', (deliveries, failures, loneRuns, entry) => {
  expect(entryOf(deliveries, { failures, loneRuns })).toBe(entry);
});

it.each([
  ['a retryable failure, for ever', new DrimError('DRIM-300'), 1_000, { kind: 'retry', delayMilliseconds: 120_000 }],
  ['a final one, at once', new DrimError('DRIM-304'), 1, { kind: 'dead letter', code: 'DRIM-304' }],
  ['an unknown one, first', new Error('x'), 1, { kind: 'retry', delayMilliseconds: 1_000 }],
  ['an unknown one, then', new Error('x'), 3, { kind: 'retry', delayMilliseconds: 30_000 }],
  ['an unknown one, too often', new TypeError('DURAND'), 5, { kind: 'dead letter', reason: 'TypeError, 5 times' }],
])('judges %s', (_, error, failures, verdict) => {
  expect(judge(error, failures, DEFAULT_POLICY)).toMatchObject(verdict);
});
