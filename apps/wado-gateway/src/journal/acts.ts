import { type Act, OUTCOME } from '@drimbox/audit';
import type { EventBody } from '@drimbox/contracts';
import type { Access, AccessEnd, RefusedAccess } from './access.js';

const OUTCOMES: Record<AccessEnd['outcome'], Act['outcome']> = {
  complete: OUTCOME.success,
  // Given up by the peer: what had left had left.
  cancelled: OUTCOME.minorFailure,
  incomplete: OUTCOME.seriousFailure,
  failed: OUTCOME.seriousFailure,
};

/** The record of an access that was let through (DB.SO.46, .47, .90): who, on whose images, from where, how it ended. */
export const servedAct = (access: Access, end: AccessEnd, words?: string): Act => ({
  kind: 'imagesGiven',
  outcome: OUTCOMES[end.outcome],
  ...(end.outcome !== 'complete' && { outcomeDescription: words ?? end.code ?? end.outcome }),
  site: access.site,
  participants: [professionalOf(access.professional, access.from), peerOf(access.peer), US],
  objects: [
    { kind: 'patient', ...access.patient },
    { kind: 'study', uid: access.study },
    { kind: 'document', uniqueId: access.kos },
  ],
  detail: {
    access: access.id,
    level: access.level,
    pacsLink: access.pacsLink,
    ...(access.series !== undefined && { series: access.series }),
    ...(access.instance !== undefined && { instance: access.instance }),
    instances: end.objects.reduce((sum, { instances }) => sum + instances, 0),
    bytes: end.bytes,
    milliseconds: Math.round(end.milliseconds),
  },
});

export const servedEvent = (access: Access, end: AccessEnd): EventBody<'image.served'> => ({
  site: access.site,
  at: new Date().toISOString(),
  requestId: access.id,
  door: 'wado',
  pacsLink: access.pacsLink,
  study: access.study,
  ...(access.series !== undefined && { series: access.series }),
  level: access.level,
  peer: access.peer,
  ...end,
});

/** The record of a refusal; `count` when it stands for several alike. */
export const refusedAct = (refused: RefusedAccess, count = 1): Act => ({
  kind: 'imagesGiven',
  outcome: OUTCOME.seriousFailure,
  outcomeDescription: `${refused.code} ${refused.cause}`,
  site: refused.site,
  participants: [
    ...(refused.professional ? [professionalOf(refused.professional, refused.from)] : []),
    refused.peer !== undefined
      ? { ...peerOf(refused.peer), network: refused.from, requestor: refused.professional === undefined }
      : { userId: 'unlisted', requestor: true, network: refused.from },
    US,
  ],
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

export const refusedEvent = (refused: RefusedAccess): EventBody<'image.refused'> => ({
  site: refused.site,
  at: new Date().toISOString(),
  requestId: refused.id,
  door: 'wado',
  pacsLink: refused.pacsLink,
  ...(refused.level !== undefined && { level: refused.level }),
  ...(refused.peer !== undefined && { peer: refused.peer }),
  code: refused.code,
});

const US: Act['participants'][number] = { userId: 'wado-gateway', requestor: false };
const peerOf = (peer: string): Act['participants'][number] => ({ userId: peer.slice(0, 120), requestor: false });
const professionalOf = (
  { id, session }: { readonly id: string; readonly session?: string },
  network: { readonly address: string; readonly port: number },
): Act['participants'][number] => ({
  userId: id.slice(0, 120),
  ...(session !== undefined && { alternativeId: session.slice(0, 120) }),
  requestor: true,
  network,
});
