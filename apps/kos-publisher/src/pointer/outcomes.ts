import type { ErrorCode } from '@drimbox/contracts';
import type { LifeEvent } from '../life/life.js';
import type { RetryPolicies } from '../life/retry.js';

/** The life event that a failed search or build is: waiting on the PACS, or on somebody who mends the data. */
export function eventOfFailure(code: ErrorCode): LifeEvent {
  if (code === 'DRIM-400') return 'pacs.absent';
  if (code === 'DRIM-401' || code === 'DRIM-402') return 'pacs.mismatch';
  if (code.startsWith('DRIM-4')) return 'kos.unbuildable';
  return 'pacs.unavailable';
}

/** The same of a search that is held. */
export const heldEvent = (code: ErrorCode): LifeEvent => eventOfFailure(code);

/** Not tried again by itself for the same reports: nothing would change. */
export const isHolding = (event: LifeEvent): boolean => event === 'pacs.mismatch';

/** How long each failure waits. */
export const POLICY_OF: Partial<Record<LifeEvent, keyof RetryPolicies>> = {
  'pacs.absent': 'absent',
  'pacs.unavailable': 'pacs',
  'kos.unbuildable': 'unbuildable',
  'dmp.unavailable': 'dmp',
  'dmp.not-deleted': 'dmp',
};
