import { type AssociateAccept, type AssociateRequest, PduType } from '../pdu/pdu.js';
import { MAX_PDU_LENGTH } from '../pdu/pdu-limits.js';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../uids.js';
import type { AcceptedContext, Peer, RequestedContext } from './peer.js';

/** One context per transfer syntax: a context with several lets the peer keep only one of them. */
export function propose(contexts: readonly RequestedContext[]): AcceptedContext[] {
  return contexts
    .flatMap(({ abstractSyntax, transferSyntaxes, role }) =>
      transferSyntaxes.map((transferSyntax) => ({ abstractSyntax, transferSyntax, ...(role ? { role } : {}) })),
    )
    .map((context, index) => ({ id: 2 * index + 1, ...context }));
}

export function associateRequest(peer: Peer, proposed: readonly AcceptedContext[]): AssociateRequest {
  const asScp = new Set(proposed.filter(({ role }) => role === 'scp').map(({ abstractSyntax }) => abstractSyntax));
  return {
    type: PduType.AssociateRequest,
    calledAe: peer.calledAe,
    callingAe: peer.callingAe,
    maxPduLength: MAX_PDU_LENGTH,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersion: IMPLEMENTATION_VERSION,
    roles: [...asScp].map((sopClass) => ({ sopClass, scu: false, scp: true })),
    contexts: proposed.map(({ id, abstractSyntax, transferSyntax }) => ({
      id,
      abstractSyntax,
      transferSyntaxes: [transferSyntax],
    })),
  };
}

/** Those accepted; undefined when the answer is outside what was proposed: we would read the peer's data with the wrong syntax. */
export function acceptedOf(
  proposed: readonly AcceptedContext[],
  { contexts }: AssociateAccept,
): AcceptedContext[] | undefined {
  const accepted = new Map(contexts.filter(({ result }) => result === 0).map((context) => [context.id, context]));
  const known = proposed.filter(({ id, transferSyntax }) => accepted.get(id)?.transferSyntax === transferSyntax);
  return known.length < accepted.size ? undefined : known;
}
