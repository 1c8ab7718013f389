import { z } from 'zod';
import type { RetryPolicies } from '../life/retry.js';

const seconds = z
  .string()
  .transform((text, context) => {
    const values = text.split(',').map(Number);
    if (values.length === 0 || values.some((value) => !(value > 0))) {
      context.addIssue({ code: 'custom', message: 'comma-separated seconds, each above 0' });
    }
    return values;
  });

const Oid = z.string().regex(/^[0-2](\.(0|[1-9][0-9]*))+$/).max(40);

/** Settings of kos-publisher: each stands for a guess or a disagreement that docs/unknowns.md explains. */
export const SETTINGS = {
  DRIMBOX_PEER_HL7_INGEST_URL: z.url(),
  DRIMBOX_PEER_PACS_BRIDGE_URL: z.url(),
  DMP_REPOSITORY_URL: z.url({ protocol: /^https$/ }),
  DMP_REGISTRY_URL: z.url({ protocol: /^https$/ }),
  /** Certificate of the store that holds the anchors of the DMP's server certificate (`<name>.pem`). */
  DMP_CONNECT_SECONDS: z.coerce.number().positive().max(120).default(10),
  DMP_ANSWER_SECONDS: z.coerce.number().positive().max(300).default(60),
  STRUCTURE_PREFERENCE: z.enum(['legal-authenticator', 'sender']).default('legal-authenticator'),
  VISIBILITY_OF_SET: z.enum(['most-restrictive', 'latest']).default('most-restrictive'),
  KOS_UID_ROOT: Oid.default('2.25'),
  KOS_CHARSET: z.enum(['auto', 'ISO_IR 192']).default('auto'),
  KOS_TRANSFER_SYNTAX: z.enum(['explicit', 'implicit']).default('explicit'),
  KOS_MANUFACTURER: z.string().min(1).max(64).default('DRIMbox'),
  KOS_TIME_ZONE: z.string().default('Europe/Paris'),
  VIHF_VERSION: z.enum(['3.0', '4.0']).default('4.0'),
  EVENT_CODE_SCHEME: z.enum(['jdv', 'ci-sis']).default('jdv'),
  XDS_AUTHOR: z.enum(['system', 'cda']).default('system'),
  XDS_SOURCE_ID: Oid,
  LPS_NAME: z.string().min(1).default('DRIMbox'),
  LPS_VERSION: z.string().min(1).default('0.1'),
  LPS_ID: z.string().min(1),
  LPS_HOMOLOGATION_ID: z.string().min(1),
  RETRY_PACS_SECONDS: seconds.default([5, 15, 60, 300]),
  RETRY_ABSENT_SECONDS: seconds.default([60, 300, 900, 3600, 21_600]),
  RETRY_ABSENT_LIMIT: z.coerce.number().int().min(1).default(40),
  RETRY_DMP_SECONDS: seconds.default([2, 5, 15, 60, 300]),
  RETRY_UNBUILDABLE_SECONDS: seconds.default([300, 900, 3600]),
  WORKERS: z.coerce.number().int().min(1).max(64).default(8),
  LEASE_SECONDS: z.coerce.number().positive().default(120),
} as const;

export const Settings = z.object(SETTINGS);
export type Settings = z.infer<typeof Settings>;

export const retryPolicies = (settings: Settings): RetryPolicies => ({
  pacs: { seconds: settings.RETRY_PACS_SECONDS },
  absent: { seconds: settings.RETRY_ABSENT_SECONDS, limit: settings.RETRY_ABSENT_LIMIT },
  dmp: { seconds: settings.RETRY_DMP_SECONDS },
  unbuildable: { seconds: settings.RETRY_UNBUILDABLE_SECONDS },
});
