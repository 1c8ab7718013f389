import { Instant, SiteId, Uid } from '@drimbox/contracts';
import { scrub } from '@drimbox/service';
import { z } from 'zod';

/** A coded value as DICOM PS3.15 A.5 writes it (csd-code, codeSystemName, originalText). */
const Code = z.strictObject({ code: z.string().max(40), system: z.string().max(60), display: z.string().max(120) });

/** Words of ours; what looks like a matricule or a token is taken out, whoever wrote them. */
const Words = z.string().transform(scrub);

/** Who took part: a professional, a patient, a service, a device (PS3.15 A.5.2.2 ActiveParticipant). */
const Participant = z.strictObject({
  /** RPPS of a professional, name of a service, AE title or application of a device. */
  userId: z.string().min(1).max(120),
  /** Session state or local account, for imputability (PGSSI-S). */
  alternativeId: z.string().max(120).optional(),
  requestor: z.boolean(),
  roles: z.array(Code).max(5).default([]),
  /** From where: the source port matters behind a shared address. */
  network: z.strictObject({ address: z.string().max(120), port: z.int().min(0).max(65535).optional() }).optional(),
});

/** On what (PS3.15 A.5.2.4 ParticipantObject). A patient is a matricule and nothing else: no name, no birth date. */
const AuditedObject = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('patient'),
    matricule: z.string().regex(/^[0-9AB]{13,15}$/),
    oid: z.string().max(64),
  }),
  z.strictObject({
    kind: z.literal('document'),
    uniqueId: z.string().max(200),
    repository: z.string().max(64).optional(),
  }),
  z.strictObject({ kind: z.literal('study'), uid: Uid }),
  z.strictObject({ kind: z.literal('report'), id: z.string().max(200) }),
  z.strictObject({ kind: z.literal('message'), id: z.string().max(200) }),
  z.strictObject({ kind: z.literal('resource'), name: z.string().max(200) }),
]);

/**
 * One act, in the terms of DICOM PS3.15 A.5 (identity-security §8), before any encoding: the audit service will write
 * it as syslog or FHIR. Never a token, a document, a trait beyond the matricule.
 */
export const AuditRecord = z.strictObject({
  event: z.strictObject({
    id: Code,
    types: z.array(Code).max(5),
    /** Create, read, update, delete, execute. */
    action: z.enum(['C', 'R', 'U', 'D', 'E']),
    at: Instant,
    /** 0 success, 4 minor failure, 8 serious failure, 12 major failure. */
    outcome: z.literal([0, 4, 8, 12]),
    /** Code of the error table or words of ours, when it failed. */
    outcomeDescription: Words.optional(),
  }),
  participants: z.array(Participant).min(1).max(10),
  source: z.strictObject({
    /** Name of the service. */
    id: z.string().max(60),
    site: SiteId.optional(),
  }),
  objects: z.array(AuditedObject).max(60),
  /** Named particulars of the act: counts, versions, durations. */
  detail: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/), z.union([Words, z.number(), z.boolean()]))
    .refine((detail) => Object.keys(detail).length <= 20, 'at most 20 particulars')
    .default({}),
});
export type AuditRecord = z.infer<typeof AuditRecord>;
/** The same as its author writes it: what has a default may be left out. */
export type AuditInput = z.input<typeof AuditRecord>;
export type AuditedObject = z.infer<typeof AuditedObject>;
