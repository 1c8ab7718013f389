import type { Config } from '@drimbox/service';
import { z } from 'zod';
import type { RetryPolicies } from '../life/retry.js';

/** `5,15,60`: seconds, each above 0. */
const Seconds = (defaults: number[]) =>
  z
    .string()
    .default(defaults.join(','))
    .transform((text) => text.split(',').map(Number))
    .refine(
      (values) => values.every((value) => value > 0 && Number.isFinite(value)),
      'comma-separated seconds, each above 0',
    );

const Oid = z
  .string()
  .regex(/^[0-2](\.(0|[1-9][0-9]*))+$/)
  .max(40);
const HttpsUrl = z.url({ protocol: /^https$/, error: 'an https:// address' });

/** Settings of kos-publisher; each guess or disagreement of the facts is explained in docs/unknowns.md. */
export const SettingsSchema = z.object({
  dmpRepositoryUrl: HttpsUrl,
  dmpRegistryUrl: HttpsUrl,
  dmpConnectSeconds: z.coerce.number().positive().max(120).default(10),
  dmpAnswerSeconds: z.coerce.number().positive().max(300).default(60),
  dmpLateSeconds: z.coerce.number().nonnegative().max(3600).default(180),
  structurePreference: z.enum(['legal-authenticator', 'sender']).default('legal-authenticator'),
  visibilityOfSet: z.enum(['most-restrictive', 'latest']).default('most-restrictive'),
  kosUidRoot: Oid.default('2.25'),
  kosCharset: z.enum(['auto', 'ISO_IR 192']).default('auto'),
  kosTransferSyntax: z.enum(['explicit', 'implicit']).default('explicit'),
  kosManufacturer: z.string().min(1).max(64).default('DRIMbox'),
  /** Build again the pointers of earlier releases whose study has Key Objects: each becomes a replacement in the DMP. */
  kosRebuildKeyImages: z.stringbool().default(false),
  kosTimeZone: z.string().default('Europe/Paris'),
  vihfVersion: z.enum(['3.0', '4.0']).default('4.0'),
  eventCodeScheme: z.enum(['jdv', 'ci-sis']).default('jdv'),
  xdsAuthor: z.enum(['system', 'cda']).default('system'),
  xdsSourceId: Oid,
  lpsName: z.string().min(1).default('DRIMbox'),
  lpsVersion: z.string().min(1).default('0.1'),
  lpsId: z.string().min(1),
  lpsHomologationId: z.string().min(1),
  retryPacsSeconds: Seconds([5, 15, 60, 300]),
  retryAbsentSeconds: Seconds([60, 300, 900, 3600, 21_600]),
  retryAbsentLimit: z.coerce.number().int().min(1).default(40),
  retryDmpSeconds: Seconds([2, 5, 15, 60, 300]),
  retryUnbuildableSeconds: Seconds([300, 900, 3600]),
  /**
   * Exams carried out at once. Most of their time is spent waiting for the DMP: at n seconds an answer, a rate of r
   * exams a second takes n × r of them, and with fewer a queue grows that nothing else explains.
   */
  workers: z.coerce.number().int().min(1).max(64).default(32),
  leaseSeconds: z.coerce.number().positive().default(150),
});
export type Settings = Config<typeof SettingsSchema>;

export const retryPolicies = (settings: Settings): RetryPolicies => ({
  pacs: { seconds: settings.retryPacsSeconds },
  absent: { seconds: settings.retryAbsentSeconds, limit: settings.retryAbsentLimit },
  dmp: { seconds: settings.retryDmpSeconds },
  unbuildable: { seconds: settings.retryUnbuildableSeconds },
});
