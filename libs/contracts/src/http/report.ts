import { z } from 'zod';
import { Instant, Oid, PacsLinkId, SiteId, Uid } from '../primitives.js';

/** HL7 v3 instance identifier. */
export const Identifier = z.strictObject({ root: Oid, extension: z.string().max(200).optional() });
export type Identifier = z.infer<typeof Identifier>;

export const Code = z.strictObject({ code: z.string(), system: Oid, display: z.string().optional() });
export type Code = z.infer<typeof Code>;

export const Person = z.strictObject({
  /** National identifier with its prefix (8+RPPS…), authority 1.2.250.1.71.4.2.1. */
  id: z.string(),
  family: z.string().optional(),
  given: z.string().optional(),
  /** `G15_10/SM44` in the CDA: profession, then savoir-faire. */
  role: Code.optional(),
});
export type Person = z.infer<typeof Person>;

export const Organization = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  /** XON-7: FINEJ, FINEG or IDNST. */
  idType: z.string().optional(),
});
export type Organization = z.infer<typeof Organization>;

/** INS traits as the report carries them; the DRIMbox is an identity slave and changes nothing (DSR §3.2.7). */
export const Patient = z.strictObject({
  ins: z.strictObject({ value: z.string(), oid: Oid }),
  ipp: z.strictObject({ value: z.string(), oid: Oid.optional() }).optional(),
  birthFamily: z.string(),
  /** All birth given names in order; the first is the premier prénom when the CDA does not name one. */
  birthGivens: z.array(z.string()),
  firstBirthGiven: z.string().optional(),
  usedFamily: z.string().optional(),
  usedGiven: z.string().optional(),
  sex: z.enum(['M', 'F', 'U']),
  /** YYYYMMDD as sent; partial dates occur. */
  birthDate: z.string(),
  /** INSEE code of the birth place (COG). */
  birthPlace: z.string().optional(),
});
export type Patient = z.infer<typeof Patient>;

export const ReportStudy = z.strictObject({
  uid: Uid,
  act: Code.optional(),
  /** Translations of the act that are neither modality nor region (CCAM). */
  actTranslations: z.array(Code),
  modalities: z.array(Code),
  regions: z.array(Code),
  start: z.string().optional(),
  stop: z.string().optional(),
});
export type ReportStudy = z.infer<typeof ReportStudy>;

export const Order = z.strictObject({ placer: Identifier.optional(), accession: Identifier.optional() });
export type Order = z.infer<typeof Order>;

/** The MetaDMPMSS flags of the message (interop §1.2). */
export const Visibility = z.strictObject({
  masquePs: z.boolean(),
  invisiblePatient: z.boolean(),
  invisibleRepresentants: z.boolean(),
  connexionSecrete: z.boolean(),
  modifConfCode: z.boolean(),
});
export type Visibility = z.infer<typeof Visibility>;

/** A report as `hl7-ingest` understood it: `GET /reports/:id`. Holds traits: never on the bus, never in a log. */
export const Report = z.strictObject({
  id: z.uuid(),
  sequence: z.int().nonnegative(),
  site: SiteId,
  risSender: z.string(),
  pacsLink: PacsLinkId,
  operation: z.enum(['new', 'replace', 'withdraw']),
  receivedAt: Instant,
  /** MSH-7 as sent, for ordering when documents carry no order of their own. */
  messageTime: z.string().optional(),
  document: z.strictObject({
    id: Identifier,
    setId: Identifier.optional(),
    version: z.int().optional(),
    replaces: Identifier.optional(),
    type: Code,
    title: z.string().optional(),
    effectiveTime: z.string().optional(),
    confidentiality: Code.optional(),
  }),
  patient: Patient,
  /** PV1-2; decides the submission set's contentTypeCode. */
  patientClass: z.string().optional(),
  studies: z.array(ReportStudy).min(1).max(50),
  orders: z.array(Order),
  author: z.strictObject({ person: Person.optional(), organization: Organization.optional() }).optional(),
  legalAuthenticator: z.strictObject({ person: Person.optional(), organization: Organization.optional() }).optional(),
  /** PRT `SB`: who sends, in whose name the DMP is fed. */
  sender: z.strictObject({ person: Person.optional(), organization: Organization.optional() }).optional(),
  performer: Organization.optional(),
  practiceSetting: Code.optional(),
  facilityType: Code.optional(),
  visibility: Visibility,
});
export type Report = z.infer<typeof Report>;
