import type { ErrorCode } from '@drimbox/contracts';
import type { Decision, Facts, KnownExam, LinkFacts, PeerVerdict, Refusal } from './facts.js';

/** When the same request may be tried again, in seconds. */
const RETRY = { whiteList: 60, revocations: 60, psc: 5, projection: 5 };

const PEER_CODES: Record<(PeerVerdict & { ok: false })['reason'], ErrorCode> = {
  absent: 'DRIM-701',
  invalid: 'DRIM-701',
  revoked: 'DRIM-702',
  'no-revocation-list': 'DRIM-717',
};

/**
 * The one access decision, made anew at every request (DSR §3.2.3 A, row 1.13), in this order: name, certificate, white
 * list, turn of the peer, resource, token, profession, turn of the professional, form of the request, exam. The form is
 * judged before the exam is looked at, so that its refusals tell nothing of what exists; and an exam that is unknown,
 * withdrawn, of another site or under another KOS is refused in one way, after the same look-up.
 */
export function decide(facts: Facts): Decision {
  return ofPeer(facts) ?? ofResource(facts) ?? ofProfessional(facts) ?? ofForm(facts) ?? ofExam(facts);
}

function ofPeer({ link, host, peer, listing, peerTurn }: Facts): Decision | undefined {
  if (host !== link.db) return refuse('DRIM-716', 'Host differs from the name of the TLS handshake');
  if (!peer.ok) {
    const { reason, detail } = peer;
    const retry = reason === 'no-revocation-list' ? RETRY.revocations : undefined;
    return refuse(PEER_CODES[reason], detail ? `certificate ${reason}: ${detail}` : `certificate ${reason}`, retry);
  }
  if (!listing.usable) return refuse('DRIM-700', 'no white list in force', RETRY.whiteList);
  if (listing.peer === undefined) return refuse('DRIM-703', 'subject not in the white list');
  if (!peerTurn) return { kind: 'ask', question: 'peerTurn' };
  if (!peerTurn.ok) return refuse('DRIM-713', 'quota of the peer', peerTurn.retrySeconds);
  return undefined;
}

/** The description of the service is for every peer of the list: it names no exam (PS3.18 §8.9). */
function ofResource({ method, target }: Facts): Decision | undefined {
  if (target.kind === 'unknown') return refuse('DRIM-103', 'no such resource');
  const allowed = target.kind === 'capabilities' ? ['GET', 'OPTIONS'] : ['GET'];
  if (!allowed.includes(method)) return refuse('DRIM-102', `method ${method}`);
  return target.kind === 'capabilities' ? { kind: 'describe' } : undefined;
}

function ofProfessional({ bearer, token, professionalTurn }: Facts): Decision | undefined {
  if (!bearer) return refuse('DRIM-704', 'no bearer token');
  if (!token) return { kind: 'ask', question: 'token' };
  if (!token.ok) {
    return token.reason === 'inactive'
      ? refuse('DRIM-705', `token: ${token.detail ?? 'not active'}`)
      : refuse('DRIM-706', `introspection: ${token.detail ?? 'no answer'}`, RETRY.psc);
  }
  if (!token.allowed) return refuse('DRIM-707', 'profession not in the table');
  if (!professionalTurn) return { kind: 'ask', question: 'professionalTurn' };
  if (!professionalTurn.ok) return refuse('DRIM-714', 'quota of the professional', professionalTurn.retrySeconds);
  return undefined;
}

function ofForm({ target, link, kos, accept }: Facts): Decision | undefined {
  if (target.kind === 'images' && !link.options.levels[target.asked.level]) {
    return refuse('DRIM-712', `level ${target.asked.level} is switched off`);
  }
  if (kos === undefined) return refuse('DRIM-708', 'KOS-SOPInstanceUID missing or no UID');
  if (accept === 'unreadable') return refuse('DRIM-710', 'Accept missing or unreadable');
  return undefined;
}

function ofExam({ link, kos, token, found }: Facts): Decision {
  if (!found) return { kind: 'ask', question: 'found' };
  if (!found.complete) return refuse('DRIM-718', 'projection not complete', RETRY.projection);
  const { exam } = found;
  const flaw = exam ? flawOf(exam, kos, link) : 'study unknown at this link';
  if (!exam || flaw !== undefined) return refuse('DRIM-709', flaw ?? '');
  // Unreachable without a good token; said again so that no reordering can open it.
  if (!token?.ok || !token.allowed) return refuse('DRIM-705', 'no verified professional');
  return { kind: 'serve', exam, professional: token.professional };
}

/** Why the holder of that KOS may not have the exam; undefined when he may. Open streams are judged by it too. */
export function flawOf(
  exam: KnownExam,
  kos: string | undefined,
  { options }: Pick<LinkFacts, 'options'>,
): string | undefined {
  if (!exam.shown) return 'exam not shown';
  if (kos === undefined || exam.kos === null) return 'no pointer in force';
  if (kos === exam.kos) return undefined;
  if (!exam.formerKos.includes(kos)) return 'not the KOS of this study';
  return options.acceptFormerKos ? undefined : 'a former KOS, not accepted here';
}

const refuse = (code: ErrorCode, cause: string, retrySeconds?: number): Refusal => ({
  kind: 'refuse',
  code,
  cause,
  ...(retrySeconds !== undefined && { retrySeconds }),
});
