import { type Act, OUTCOME } from '@drimbox/audit';
import type { SignedIn } from '../session/session.js';
import { DOOR, personIn } from './door.js';

/** Nobody was there, its time was over, or the provider said so; a logout has a record of its own. */
export type SessionEnd = 'idle' | 'absolute' | 'provider';

/** The record of a session that ended by itself. @param who undefined when it can no longer be read. */
export const sessionEnded = (who: SignedIn | undefined, reason: SessionEnd, at: Date): Act => {
  const { id, session } = who ? personIn(who) : { id: 'unknown', session: undefined };
  return {
    kind: 'userLogout',
    outcome: OUTCOME.success,
    at,
    participants: [
      {
        userId: id.slice(0, 120),
        ...(session !== undefined && { alternativeId: session.slice(0, 120) }),
        requestor: false,
      },
      { userId: DOOR.service, requestor: true },
    ],
    objects: [],
    detail: { ...(who && { profile: who.kind }), reason },
  };
};
