import type { Config } from '@drimbox/service';
import { z } from 'zod';

const Path = z.string().regex(/^(\/[A-Za-z0-9._-]+)+$/, 'a path that begins with /');
const Status = z.coerce.number().int().min(200).max(599);

/** Settings of source-viewer. Paths, body and codes of the health probes are not published: docs/unknowns.md. */
export const SettingsSchema = z.object({
  viHost: z.string().default('127.0.0.1'),
  viPort: z.coerce.number().int().min(0).max(65535).default(0),
  viMaxConnections: z.coerce.number().int().positive().default(1024),
  viMaxConnectionsPerAddress: z.coerce.number().int().positive().default(64),

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
});
export type Settings = Config<typeof SettingsSchema>;
