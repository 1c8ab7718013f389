import { z } from 'zod';
import { Oid, PacsLinkId, SiteId, StructId } from '../primitives.js';

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

const Hl7Listener = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65535),
  /** Addresses and CIDR blocks that may connect; empty refuses everybody. */
  allow: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1),
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

const PacsLink = z.strictObject({
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
});

const Site = z.strictObject({
  id: SiteId,
  name: z.string().min(1),
  structures: z.array(Structure).min(1),
  hl7Listeners: z.array(Hl7Listener).min(1),
  risSenders: z.array(RisSender).min(1),
  pacsLinks: z.array(PacsLink).min(1),
});

export const SiteRegistry = z.strictObject({ version: z.literal(1), sites: z.array(Site).min(1) });
export type SiteRegistry = z.infer<typeof SiteRegistry>;
export type Site = z.infer<typeof Site>;
export type Structure = z.infer<typeof Structure>;
export type Hl7Listener = z.infer<typeof Hl7Listener>;
export type RisSender = z.infer<typeof RisSender>;
export type PacsLink = z.infer<typeof PacsLink>;
