import { type Act, OUTCOME } from '@drimbox/audit';
import type { EventBody } from '@drimbox/contracts';
import type { Access, AccessEnd, From, Person, RefusedAccess } from './access.js';

type Participant = Act['participants'][number];

/** The door that records: its name in the trail, and in the events. */
export interface Door {
  readonly service: 'wado-gateway' | 'source-viewer';
  readonly door: EventBody<'image.served'>['door'];
}

const OUTCOMES: Record<AccessEnd['outcome'], Act['outcome']> = {
  complete: OUTCOME.success,
  // Given up by whoever asked: what had left had left.
  cancelled: OUTCOME.minorFailure,
  incomplete: OUTCOME.seriousFailure,
  failed: OUTCOME.seriousFailure,
};

/** The record of an access that was let through (DB.SO.46, .47, .90): who, on whose images, from where, how it ended. */
export const servedAct = ({ service }: Door, access: Access, end: AccessEnd, words?: string): Act => ({
  kind: access.kind ?? 'imagesGiven',
  outcome: OUTCOMES[end.outcome],
  ...(end.outcome !== 'complete' && { outcomeDescription: words ?? end.code ?? end.outcome }),
  site: access.site,
  participants: [
    personOf(access.person, access.from),
    ...(access.peer === undefined ? [] : [peerOf(access.peer)]),
    { userId: service, requestor: false },
  ],
  objects: [
    { kind: 'patient', ...access.patient },
    { kind: 'study', uid: access.study },
    { kind: 'document', uniqueId: access.kos },
  ],
  detail: {
    access: access.id,
    level: access.level,
    pacsLink: access.pacsLink,
    ...(access.profile !== undefined && { profile: access.profile }),
    ...(access.series !== undefined && { series: access.series }),
    ...(access.instance !== undefined && { instance: access.instance }),
    instances: end.objects.reduce((sum, { instances }) => sum + instances, 0),
    bytes: end.bytes,
    milliseconds: Math.round(end.milliseconds),
  },
});

export const servedEvent = ({ door }: Door, access: Access, end: AccessEnd): EventBody<'image.served'> => ({
  site: access.site,
  at: new Date().toISOString(),
  requestId: access.id,
  door,
  pacsLink: access.pacsLink,
  study: access.study,
  ...(access.series !== undefined && { series: access.series }),
  level: access.level,
  ...(access.peer !== undefined && { peer: access.peer }),
  ...end,
});

/** The record of a refusal; `count` when it stands for several alike. */
export const refusedAct = ({ service }: Door, refused: RefusedAccess, count = 1): Act => ({
  kind: 'imagesGiven',
  outcome: OUTCOME.seriousFailure,
  outcomeDescription: `${refused.code} ${refused.cause}`,
  site: refused.site,
  participants: [...askersOf(refused), { userId: service, requestor: false }],
  objects: [
    ...(refused.study !== undefined ? [{ kind: 'study' as const, uid: refused.study }] : []),
    ...(refused.kos !== undefined ? [{ kind: 'document' as const, uniqueId: refused.kos }] : []),
  ],
  detail: {
    access: refused.id,
    pacsLink: refused.pacsLink,
    ...(refused.level !== undefined && { level: refused.level }),
    ...(count > 1 && { count }),
  },
});

export const refusedEvent = ({ door }: Door, refused: RefusedAccess): EventBody<'image.refused'> => ({
  site: refused.site,
  at: new Date().toISOString(),
  requestId: refused.id,
  door,
  pacsLink: refused.pacsLink,
  ...(refused.level !== undefined && { level: refused.level }),
  ...(refused.peer !== undefined && { peer: refused.peer }),
  code: refused.code,
});

function askersOf({ person, peer, from }: RefusedAccess): Participant[] {
  const asker = person ? [personOf(person, from)] : [];
  if (peer !== undefined) return [...asker, { ...peerOf(peer), network: from, requestor: !person }];
  return person ? asker : [{ userId: 'unlisted', requestor: true, network: from }];
}

const peerOf = (peer: string): Participant => ({ userId: peer.slice(0, 120), requestor: false });

/** A person as the trail names one. */
export const personOf = ({ id, session }: Person, network: From): Participant => ({
  userId: id.slice(0, 120),
  ...(session !== undefined && { alternativeId: session.slice(0, 120) }),
  requestor: true,
  network,
});
