import type { Config } from '@drimbox/service';
import { z } from 'zod';

const Port = z.coerce.number().int().min(0).max(65535);
const Path = z.string().regex(/^(\/[A-Za-z0-9._-]+)+$/, 'a path that begins with /');
const HttpsUrl = z.url({ protocol: /^https$/, error: 'an https:// address' });
const List = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** Settings of wado-gateway; those of one PACS are in the registry (`pacsLinks[].wado`). Guesses: docs/unknowns.md. */
export const SettingsSchema = z.object({
  wadoHost: z.string().default('127.0.0.1'),
  wadoPort: Port.default(0),
  wadoMaxConnections: z.coerce.number().int().positive().default(2048),
  wadoMaxConnectionsPerAddress: z.coerce.number().int().positive().default(256),
  /** The ten syntaxes of an official request take 1.3 kB, a token up to 8 kB. */
  wadoMaxHeaderBytes: z.coerce.number().int().min(4096).max(131_072).default(32_768),
  wadoMaxUrlBytes: z.coerce.number().int().min(256).max(65_536).default(4096),
  /** Time for the TLS handshake, and for the head of a request. */
  wadoHeaderSeconds: z.coerce.number().positive().max(120).default(10),
  wadoKeepAliveSeconds: z.coerce.number().positive().max(600).default(30),
  /** A peer that takes nothing of what waits for it is cut. */
  wadoStallSeconds: z.coerce.number().positive().max(3600).default(60),
  /** From the request to the PACS's first object. */
  wadoFirstObjectSeconds: z.coerce.number().positive().max(3600).default(120),
  /** Health probe answered on the `db` FQDN too: its path; nothing when empty. */
  wadoHealthPath: Path.optional(),

  /** A white list or revocation list is asked again this often, besides the events. */
  trustPollSeconds: z.coerce.number().positive().max(86_400).default(60),
  /** How old a revocation list may be beyond its nextUpdate before every peer is refused. */
  crlGraceSeconds: z.coerce.number().min(0).max(2_592_000).default(0),

  pscIssuer: HttpsUrl,
  pscDiscoveryUrl: HttpsUrl,
  pscClientId: z.string().min(1),
  /** Couple of the store that proves who we are (ORG AUTH_CLI); with a secret file, HTTP Basic instead. */
  pscCertificate: z.string().min(1).optional(),
  pscSecretFile: z.string().min(1).optional(),
  /** PEM of the authorities of Pro Santé Connect's server; those of the system when absent. */
  pscCaFile: z.string().min(1).optional(),
  pscTimeoutSeconds: z.coerce.number().positive().max(30).default(5),
  /** Oldest a positive answer may be; 0 asks at every request. */
  pscCacheSeconds: z.coerce.number().min(0).max(30).default(0),
  /** Clients whose tokens are taken; any of the provider when absent. */
  pscAllowedClients: List.optional(),
  /** JSON file of the professions that may see images; the built-in table when absent. */
  professionsFile: z.string().min(1).optional(),

  peerConcurrent: z.coerce.number().int().positive().default(32),
  peerPerSecond: z.coerce.number().positive().default(50),
  peerBurst: z.coerce.number().int().positive().default(200),
  professionalConcurrent: z.coerce.number().int().positive().default(12),
  professionalPerSecond: z.coerce.number().positive().default(20),
  professionalBurst: z.coerce.number().int().positive().default(100),

  /** Worker threads that convert; none by default means one less than the processors. */
  conversionWorkers: z.coerce.number().int().min(1).max(64).optional(),
  /** Largest object that is converted, in megabytes; a larger one leaves as it is or is refused. */
  conversionMaxMegabytes: z.coerce.number().int().positive().max(4096).default(512),
});
export type Settings = Config<typeof SettingsSchema>;
