import type { Config } from '@drimbox/service';
import { z } from 'zod';

const Flag = z.enum(['yes', 'no']);
const List = (defaults: string) =>
  z
    .string()
    .default(defaults)
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    );

/** Settings of hl7-ingest; each guess or disagreement of the facts is explained in docs/unknowns.md. */
export const SettingsSchema = z.object({
  hl7MaxMegabytes: z.coerce.number().positive().max(200).default(20),
  hl7IdleSeconds: z.coerce.number().positive().default(1800),
  hl7FrameSeconds: z.coerce.number().positive().default(60),
  hl7MaxConnections: z.coerce.number().int().positive().default(2048),
  hl7MaxConnectionsPerAddress: z.coerce.number().int().positive().default(1024),
  /** MSH-12 other than 2.5 (ORU) and 2.6 (MDM): refused, or traced. */
  hl7StrictVersion: Flag.default('yes'),
  /** Base64 that is wrong only in its padding: accepted and traced, or refused. */
  hl7TolerateBase64Padding: Flag.default('yes'),
  /** A mandatory MetaDMPMSS flag that is absent counts as N, or refuses the message. */
  hl7MissingFlag: z.enum(['is-no', 'refuse']).default('is-no'),
  /** OBX-3/OBR-4 codes that are imaging reports. */
  hl7ImagingTypes: List('18748-4'),
  /** A report that is not imaging: acknowledged and traced, or refused. */
  hl7OtherReports: z.enum(['accept', 'refuse']).default('accept'),
  /** PID-32 must say VALI or QUAL, or may be absent. */
  hl7IdentityReliability: z.enum(['required', 'when-present']).default('when-present'),
  /** INS OIDs accepted outside production: test and demonstration ones only, or all. */
  hl7TestInsOnly: Flag.default('no'),
});
export type Settings = Config<typeof SettingsSchema>;
