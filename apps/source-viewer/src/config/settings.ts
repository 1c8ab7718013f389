import type { Config } from '@drimbox/service';
import { z } from 'zod';

const Path = z.string().regex(/^(\/[A-Za-z0-9._-]+)+$/, 'a path that begins with /');
const Status = z.coerce.number().int().min(200).max(599);
const HttpsUrl = z.url({ protocol: /^https$/, error: 'an https:// address' });
const YesNo = z.enum(['yes', 'no']).transform((word) => word === 'yes');
const Host = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name');
const File = z.string().min(1);

/** Settings of source-viewer. Paths, body and codes of the health probes are not published: docs/unknowns.md. */
export const SettingsSchema = z.object({
  viHost: z.string().default('127.0.0.1'),
  viPort: z.coerce.number().int().min(0).max(65535).default(0),
  /** The port browsers see: part of the address that identity providers send them back to. */
  viPublicPort: z.coerce.number().int().min(1).max(65535).default(443),
  viMaxConnections: z.coerce.number().int().positive().default(2048),
  /** A hospital may be one address, and a browser holds six connections. */
  viMaxConnectionsPerAddress: z.coerce.number().int().positive().default(256),

  /** Both checks in one answer. */
  healthPath: Path.default('/q/health'),
  /** Each check alone; nothing when empty. */
  healthDrimboxPath: Path.optional(),
  healthPacsPath: Path.optional(),
  /** `checks`: status and each check by name. `status`: the status alone. */
  healthBody: z.enum(['checks', 'status']).default('checks'),
  healthUpCode: Status.default(200),
  healthDownCode: Status.default(503),
  /** Is a PACS in its hours of maintenance up or down? */
  healthMaintenance: z.enum(['up', 'down']).default('down'),
  /** Probes of one address in a minute; more are told when to come back. */
  healthPerMinute: z.coerce.number().int().positive().default(60),
  /** How often what a probe is told is renewed. A probe only reads it. */
  healthRefreshSeconds: z.coerce.number().positive().max(60).default(2),

  /** Folder of the built viewer (`apps/viewer/dist/site`). */
  viewerSiteDir: File.optional(),
  /** 32 bytes in hexadecimal, shared by the replicas; without it sessions end with the process that began them. */
  sessionKeyFile: File.optional(),
  /** A session ends after so long without anybody, and at the latest after so long. */
  sessionIdleSeconds: z.coerce.number().int().min(30).max(14_400).default(900),
  sessionMaxSeconds: z.coerce.number().int().min(60).max(86_400).default(14_400),
  /** Pages of links and logins that one address may ask for in a minute; an entrance takes six to nine. */
  portalPerMinute: z.coerce.number().int().positive().default(180),
  /** A refusal is said this long after the question, whatever it is for. */
  refusalMilliseconds: z.coerce.number().int().min(0).max(10_000).default(1_000),
  /** Whom to call, as the page of a refusal says it after the name of the site. */
  helpContact: z.string().max(300).optional(),
  /** Does the link of an earlier version of the report open? */
  formerReports: YesNo.default(true),
  /** All traits above the images, matricule included (INS/va1.36). */
  showAllTraits: YesNo.default(false),

  /** Pro Santé Connect; professionals cannot enter without. */
  pscIssuer: HttpsUrl.optional(),
  pscDiscoveryUrl: HttpsUrl.optional(),
  pscClientId: z.string().min(1).optional(),
  /** Couple of the store that proves who we are (ORG AUTH_CLI); with a secret file, that secret instead. */
  pscCertificate: z.string().min(1).optional(),
  pscSecretFile: File.optional(),
  /** PEM of the authorities of the provider's server; those of the system when absent. */
  pscCaFile: File.optional(),

  /** JSON file of the professions that may see images; the built-in table when absent. The same as wado-gateway's. */
  professionsFile: File.optional(),
  /** Is a professional with several situations d'exercice asked in which one to go on? */
  askSituation: YesNo.default(true),
  /** One callback address for all vi FQDN: its host, a vi FQDN or a name of its own. None: each FQDN has its own. */
  pscCallbackHost: Host.optional(),

  /** FranceConnect+; patients cannot enter without. */
  fcIssuer: HttpsUrl.optional(),
  fcDiscoveryUrl: HttpsUrl.optional(),
  /** JSON file of the endpoints: production serves no discovery document. */
  fcMetadataFile: File.optional(),
  fcClientId: z.string().min(1).optional(),
  fcSecretFile: File.optional(),
  /** Private keys (PKCS#8 PEM) that tokens are encrypted to, the current one first, separated by commas. */
  fcKeyFiles: z
    .string()
    .transform((text) => text.split(',').map((file) => file.trim()))
    .optional(),
  fcCaFile: File.optional(),
  /** Like `pscCallbackHost`. */
  fcCallbackHost: Host.optional(),
  /** Couple of the store for a callback host that is no vi FQDN. */
  callbackCertificate: z.string().min(1).optional(),
  fcAcr: z.enum(['eidas2', 'eidas3']).default('eidas2'),
  /** Match of the patient's identity with the KOS; every default denies (docs/unknowns.md). */
  pivotAbsentAmr: z.enum(['deny', 'accept']).default('deny'),
  pivotPartialDates: z.enum(['deny', 'year-month']).default('deny'),
  pivotAbsentBirthPlace: z.enum(['deny', 'skip']).default('deny'),

  /** May the viewer ask for images whose pixels are altered to travel faster? */
  lossy: YesNo.default(true),
  /** What the viewer asks for first; `lossy` is replaced by `lossless` once it is there. */
  firstQuality: z.enum(['lossless', 'lossy']).default('lossless'),

  identityTimeoutSeconds: z.coerce.number().positive().max(30).default(5),

  /** From the request to the PACS's first object. */
  firstObjectSeconds: z.coerce.number().positive().max(3600).default(120),
  /** A browser that takes nothing of what waits for it is cut. */
  stallSeconds: z.coerce.number().positive().max(3600).default(120),
  /** Worker threads that compress; none by default means one less than the processors. */
  conversionWorkers: z.coerce.number().int().min(1).max(64).optional(),
  /** Largest frame that is compressed, in megabytes. */
  conversionMaxMegabytes: z.coerce.number().int().positive().max(4096).default(512),
});
export type Settings = Config<typeof SettingsSchema>;
