import { z } from 'zod';
import { Oid, PacsLinkId, SiteId, StructId, Uid } from '../primitives.js';

const AeTitle = z
  .string()
  .regex(
    /^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/,
    'AE title: 1 to 16 printable characters',
  );
const Port = z.int().min(1).max(65535);
const Fqdn = z.string().regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, 'lower-case FQDN');
const Seconds = z.number().positive().max(3600);

/** Name of a certificate couple in the certificate store (`<name>.cert.pem`, `<name>.key.pem`). */
const CertificateName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,80}$/);

/**
 * A structure in whose name the DMP is fed. `mode` EG: VIHF, submission set and certificate are those of the
 * geographic FINESS. EJ/EG: submission set with the geographic FINESS, VIHF with `vihfStructure`, certificate of the EJ (FAQ-7).
 */
const Structure = z.strictObject({
  id: StructId,
  name: z.string().min(1),
  mode: z.enum(['EG', 'EJ/EG']).default('EG'),
  /** EJ/EG only: the structure named in the VIHF, the geographic one by default. */
  vihfStructure: StructId.optional(),
  /** Secteur_Activite of the VIHF: SAxx code of 1.2.250.1.71.4.2.4. */
  sector: z.string().regex(/^SA[0-9]{2}$/),
  authCertificate: CertificateName,
  signCertificate: CertificateName,
});

/** Addresses and CIDR blocks that may connect; an empty list would refuse everybody. */
const Allow = z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1);

const Hl7Listener = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65535),
  allow: Allow,
  tls: z.strictObject({ certificate: CertificateName, requireClient: z.boolean().default(true) }).optional(),
});

/** A RIS is recognised by MSH-3/MSH-4, or by the CDA's performer organisation (DSR §3.2.1 F). */
const RisSender = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  application: z.string().optional(),
  facility: z.string().optional(),
  performer: StructId.optional(),
  pacsLink: PacsLinkId,
});

/** Where a PACS sends what it is asked for: PACS administrators register fixed addresses, so it belongs to the link. */
const StoreListener = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65535),
  allow: Allow,
  /** AE titles that may send, besides `calledAe`: some PACS send under another name than they answer to. */
  furtherAes: z.array(AeTitle).max(20).default([]),
  maxAssociations: z.int().min(1).max(256).default(16),
  tls: z.strictObject({ certificate: CertificateName, requireClient: z.boolean().default(true) }).optional(),
});

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const ClockTime = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'HH:MM');

/** Hours when a PACS is left alone, in French legal time; `to` before `from` ends the next day. */
const MaintenanceWindow = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS]),
  from: ClockTime,
  to: ClockTime,
});

/** The study by which a link's speed is measured, and what is expected of it (drimbox-rules §16). */
const SpeedTest = z.strictObject({
  study: Uid,
  transferSyntax: Uid.optional(),
  bytes: z.int().positive().optional(),
  /** Difference of volume, in per cent, above which the result is a warning. */
  tolerancePercent: z.number().min(0).max(100).default(2),
});

/** What a PACS link gives to other DRIMboxes, and how (DB.SO.32, .35, .173). */
const WadoOptions = z.strictObject({
  /** SERV_SSL couple of the `db` FQDN, in the certificate store of wado-gateway; the link is not served without it. */
  certificate: CertificateName.optional(),
  /** Market couple of the `vi` FQDN, in the certificate store of source-viewer. */
  viCertificate: CertificateName.optional(),
  /** Levels that are answered (the official simulators send them all). */
  levels: z
    .strictObject({
      study: z.boolean().default(true),
      series: z.boolean().default(true),
      instance: z.boolean().default(true),
      frames: z.boolean().default(true),
      metadata: z.boolean().default(true),
    })
    .prefault({}),
  /** May a KOS that has been replaced still open the images? */
  acceptFormerKos: z.boolean().default(true),
  /** What the PACS holds uncompressed leaves in the best compressed syntax that the client lists. */
  compress: z.boolean().default(true),
});

export const PacsLink = z.strictObject({
  id: PacsLinkId,
  host: z.string(),
  port: Port,
  calledAe: AeTitle,
  callingAe: AeTitle,
  db: Fqdn,
  vi: Fqdn,
  /** Path before /studies in the RetrieveURL of the KOS: immutable once published. */
  wadoPath: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)*$/)
    .default('/drim-so/v1/rs'),
  maxAssociations: z.int().min(1).max(64).default(4),
  /** Requests that wait for an association before the link answers "queue full". */
  maxQueue: z.int().min(0).max(10_000).default(500),
  connectSeconds: Seconds.default(5),
  answerSeconds: Seconds.default(30),
  /** Character set of answers that name none (PS3.3 §C.12.1.1.2 says ISO_IR 6; French PACS mean Latin-1). */
  assumedCharset: z.string().default('ISO_IR 100'),
  /**
   * OID under which the PACS's accession numbers are unique: lets a report that names none be published under the PACS's
   * own number. Without it such a report carries none, which the DMP may refuse.
   */
  accessionAuthority: Oid.optional(),
  /** May the PACS be asked at IMAGE level for a whole study? Strictly hierarchical SCPs refuse it. */
  relational: z.boolean().default(false),
  /** DICOM over TLS towards the PACS (PS3.15 Annex B), with our certificate when it asks for one. */
  tls: z.strictObject({ certificate: CertificateName.optional(), serverName: z.string().optional() }).optional(),
  /** C-MOVE to our listener, or C-GET on the association that asks. */
  retrieveBy: z.enum(['move', 'get']).default('move'),
  listen: StoreListener.optional(),
  /** Syntaxes taken from the PACS, best first; every one that is known when empty. The fit to a client is made later. */
  transferSyntaxes: z.array(Uid).max(60).default([]),
  /** Storage classes taken besides the table of this release. */
  furtherSopClasses: z.array(Uid).max(100).default([]),
  maxObjectMegabytes: z.int().min(1).max(100_000).default(4096),
  /** A retrieval during which nothing at all is heard for this long is given up. */
  silenceSeconds: Seconds.default(60),
  /** Pace of the C-ECHO that tells whether the PACS is there. */
  echoSeconds: z.number().min(1).max(3600).default(60),
  /** After so many failures in a row the PACS is left alone for so long, then tried once. */
  breaker: z
    .strictObject({ failures: z.int().min(1).max(100).default(3), openSeconds: Seconds.default(30) })
    .prefault({}),
  maintenance: z.array(MaintenanceWindow).max(20).default([]),
  speedTest: SpeedTest.optional(),
  wado: WadoOptions.prefault({}),
});

const Site = z.strictObject({
  id: SiteId,
  name: z.string().min(1),
  structures: z.array(Structure).min(1),
  hl7Listeners: z.array(Hl7Listener).min(1),
  risSenders: z.array(RisSender).min(1),
  pacsLinks: z.array(PacsLink).min(1),
  /** Disk that retrieved images of this site may take at once. */
  spoolMegabytes: z.int().min(1).default(20_480),
});

export const SiteRegistry = z.strictObject({ version: z.literal(1), sites: z.array(Site).min(1) });
export type SiteRegistry = z.infer<typeof SiteRegistry>;
export type Site = z.infer<typeof Site>;
export type Structure = z.infer<typeof Structure>;
export type Hl7Listener = z.infer<typeof Hl7Listener>;
export type RisSender = z.infer<typeof RisSender>;
export type PacsLink = z.infer<typeof PacsLink>;
export type StoreListener = z.infer<typeof StoreListener>;
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;
export type WadoOptions = z.infer<typeof WadoOptions>;
export type SpeedTest = z.infer<typeof SpeedTest>;
