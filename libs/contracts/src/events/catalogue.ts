import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../errors.js';
import { LinkCondition, SpeedFigures } from '../http/links.js';
import { RetrievePurpose } from '../http/retrieve.js';
import { Instant, PacsLinkId, SiteId, StructId, Uid } from '../primitives.js';
import type { ListenerName, ServiceName } from '../services.js';

/** What every event carries. No event names a patient: ids, versions, codes and counts only (architecture, rule 2). */
const head = { site: SiteId, at: Instant };

const Code = z.string().refine((value): value is ErrorCode => isErrorCode(value), 'unknown error code');

const ReportEvent = z.strictObject({
  ...head,
  /** Key of the typed report that `hl7-ingest` gives on request. */
  reportId: z.uuid(),
  /** Reception order within hl7-ingest; the last resort when documents carry no order of their own. */
  sequence: z.int().nonnegative(),
  pacsLink: PacsLinkId,
  studies: z.array(Uid).min(1).max(50),
});

/** DSR §3.2.3 C counts what leaves and arrives by modality and by SOP class. */
const ObjectCount = z.strictObject({ modality: z.string().max(16), sopClass: Uid, instances: z.int().positive() });

/** What came out of a PACS: DSR §3.2.3 C counts it by modality, class and syntax. */
const RetrievedCount = z.strictObject({
  modality: z.string().max(16),
  sopClass: Uid,
  transferSyntax: Uid,
  instances: z.int().positive(),
  bytes: z.int().nonnegative(),
  /** Of these bytes, those from the value of Pixel Data on. */
  pixelBytes: z.int().nonnegative(),
});

/** What left through a door: as stored, or converted on its way. */
const ServedCount = z.strictObject({
  modality: z.string().max(16),
  sopClass: Uid,
  storedSyntax: Uid,
  transferSyntax: Uid,
  instances: z.int().positive(),
  bytes: z.int().nonnegative(),
  /** Of these bytes, those from the value of Pixel Data on, as sent. */
  pixelBytes: z.int().nonnegative(),
});

/** Levels at which images are asked for (PS3.18 §10.4). */
const RetrieveLevel = z.enum(['study', 'series', 'instance', 'frames', 'metadata']);

const ExamHead = {
  ...head,
  examId: z.uuid(),
  /** Version of the exam's projection; a receiver ignores an older one. */
  version: z.int().positive(),
  pacsLink: PacsLinkId,
  study: Uid,
};

/** A version that the DMP has accepted. */
const KosInDmp = z.strictObject({
  ...ExamHead,
  kos: Uid,
  structure: StructId,
  series: z.int().positive(),
  objects: z.array(ObjectCount).min(1),
  bytes: z.int().positive(),
  attempts: z.int().positive(),
  millisecondsSinceReport: z.number().nonnegative(),
});

export const EVENTS = {
  'report.received': ReportEvent,
  'report.replaced': ReportEvent,
  'report.withdrawn': ReportEvent,
  'exam.changed': z.strictObject({
    ...head,
    noticeId: z.uuid(),
    pacsLink: PacsLinkId,
    study: Uid,
    cause: z.enum(['omi', 'iocm']),
  }),
  'reception.counted': z.strictObject({
    ...head,
    messageId: z.uuid(),
    messageType: z.string().max(20),
    outcome: z.enum(['accepted', 'refused', 'repeated', 'ignored']),
    code: Code.optional(),
    bytes: z.int().nonnegative(),
  }),
  'pacs.queried': z.strictObject({
    ...head,
    pacsLink: PacsLinkId,
    study: Uid,
    outcome: z.enum(['found', 'absent', 'failed']),
    code: Code.optional(),
    series: z.int().nonnegative(),
    instances: z.int().nonnegative(),
    milliseconds: z.number().nonnegative(),
  }),
  /** One C-MOVE or C-GET from its request to its end, its repetition included; readers that share it are not counted here. */
  'images.retrieved': z.strictObject({
    ...head,
    retrievalId: z.uuid(),
    pacsLink: PacsLinkId,
    study: Uid,
    series: Uid.optional(),
    level: z.enum(['SERIES', 'IMAGE']),
    method: z.enum(['move', 'get']),
    purpose: RetrievePurpose,
    outcome: z.enum(['complete', 'incomplete', 'failed', 'cancelled']),
    code: Code.optional(),
    objects: z.array(RetrievedCount).max(500),
    /** Instances the PACS or the asker said there are; absent when nobody did. */
    expected: z.int().nonnegative().optional(),
    received: z.int().nonnegative(),
    refused: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    retried: z.boolean(),
    /** From the request to the first byte of an image; absent when none came. */
    millisecondsToFirst: z.number().nonnegative().optional(),
    milliseconds: z.number().nonnegative(),
  }),
  /** Whether a PACS can be worked with, at each change; an older version is ignored. */
  'pacs.link': z.strictObject({ ...head, ...LinkCondition.shape, version: z.int().positive() }),
  /** A list was taken, or the last one stopped being usable: whoever relies on it reads `GET /white-list` again. */
  'white-list.changed': z.strictObject({
    at: Instant,
    version: z.int().positive(),
    generatedAt: Instant,
    entries: z.int().nonnegative(),
  }),
  /** New revocation lists: whoever checks peers reads `GET /revocations` again. */
  'revocations.changed': z.strictObject({ at: Instant, version: z.int().positive() }),
  /** A request for images that was let through, at its end; DSR §3.2.3 C counts what left by modality and syntax. */
  'image.served': z.strictObject({
    ...head,
    requestId: z.uuid(),
    door: z.enum(['wado', 'viewer']),
    pacsLink: PacsLinkId,
    study: Uid,
    series: Uid.optional(),
    level: RetrieveLevel,
    /** db FQDN of the DRIMbox that asked; absent at the viewer's door. */
    peer: z.string().max(253).optional(),
    outcome: z.enum(['complete', 'incomplete', 'failed', 'cancelled']),
    code: Code.optional(),
    objects: z.array(ServedCount).max(500),
    bytes: z.int().nonnegative(),
    millisecondsToFirst: z.number().nonnegative().optional(),
    milliseconds: z.number().nonnegative(),
  }),
  /** A request for images that was refused, before any byte. */
  'image.refused': z.strictObject({
    ...head,
    requestId: z.uuid(),
    door: z.enum(['wado', 'viewer']),
    pacsLink: PacsLinkId,
    level: RetrieveLevel.optional(),
    peer: z.string().max(253).optional(),
    code: Code,
  }),
  /** A speed test of a link (DB.SO.102, .155, .156). */
  'pacs.speed-tested': z.strictObject({ ...head, pacsLink: PacsLinkId, ...SpeedFigures.shape }),
  /** What the doors of the product must know of an exam, at each change; an older version is ignored. */
  'exam.projected': z.strictObject({
    ...ExamHead,
    /** A live report covers the exam. */
    shown: z.boolean(),
    invisibleToSubject: z.boolean(),
    kos: Uid.nullable(),
    formerKos: z.array(Uid).max(1000),
  }),
  'kos.published': KosInDmp,
  'kos.replaced': KosInDmp,
  'kos.withdrawn': z.strictObject({ ...ExamHead, kos: Uid, structure: StructId }),
  'kos.failed': z.strictObject({
    ...ExamHead,
    phase: z.enum(['before-dmp', 'dmp']),
    operation: z.enum(['publish', 'replace', 'delete']),
    code: Code,
    final: z.boolean(),
  }),
} as const;

export type EventName = keyof typeof EVENTS;
export type EventBody<N extends EventName> = z.infer<(typeof EVENTS)[N]>;

interface Route {
  readonly from: readonly ServiceName[];
  /** Existing consumers. An event without one stays in its outbox until the first consumer exists. */
  readonly to: readonly ListenerName[];
  /** Counted by the statistics service: its rows are kept until that service exists. */
  readonly counted: boolean;
}

/** Who may say what, and who listens: NATS permissions are made from this table. */
export const ROUTES: { readonly [N in EventName]: Route } = {
  'report.received': { from: ['hl7-ingest'], to: ['kos-publisher'], counted: false },
  'report.replaced': { from: ['hl7-ingest'], to: ['kos-publisher'], counted: false },
  'report.withdrawn': { from: ['hl7-ingest'], to: ['kos-publisher'], counted: false },
  'exam.changed': { from: ['hl7-ingest', 'pacs-bridge'], to: ['kos-publisher'], counted: false },
  'reception.counted': { from: ['hl7-ingest'], to: [], counted: true },
  'pacs.queried': { from: ['pacs-bridge'], to: [], counted: true },
  'images.retrieved': { from: ['pacs-bridge'], to: [], counted: true },
  'white-list.changed': { from: ['whitelist-sync'], to: ['wado-gateway'], counted: false },
  'revocations.changed': { from: ['whitelist-sync'], to: ['wado-gateway'], counted: false },
  'image.served': { from: ['wado-gateway', 'source-viewer'], to: [], counted: true },
  'image.refused': { from: ['wado-gateway', 'source-viewer'], to: [], counted: true },
  'pacs.link': { from: ['pacs-bridge'], to: ['source-viewer'], counted: false },
  'pacs.speed-tested': { from: ['pacs-bridge'], to: [], counted: true },
  'exam.projected': {
    from: ['kos-publisher'],
    to: ['projection-probe', 'wado-gateway', 'source-viewer'],
    counted: false,
  },
  'kos.published': { from: ['kos-publisher'], to: [], counted: true },
  'kos.replaced': { from: ['kos-publisher'], to: [], counted: true },
  'kos.withdrawn': { from: ['kos-publisher'], to: [], counted: true },
  'kos.failed': { from: ['kos-publisher'], to: [], counted: true },
};

export const EVENT_NAMES = Object.keys(EVENTS) as EventName[];
export const isEventName = (value: string): value is EventName => Object.hasOwn(EVENTS, value);
