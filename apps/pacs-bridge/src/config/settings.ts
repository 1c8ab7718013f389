import type { Config } from '@drimbox/service';
import { z } from 'zod';

/** Settings of pacs-bridge; those of one PACS are in the site registry. */
export const SettingsSchema = z.object({
  /** Folder of its own for images on their way: a local disk, wiped at each start. */
  spoolDir: z.string().min(1),
  /** All sites together; each has its own share in the registry. */
  spoolMegabytes: z.coerce.number().int().positive().default(20_480),
  /** A series that has been read stays this long for the next reader, unless its place is needed. */
  spoolKeepSeconds: z.coerce.number().min(0).default(300),
  /** A reader slower than this while bytes wait for it is cut; 0 never cuts. Kilobytes a second. */
  readerFloorKilobytes: z.coerce.number().min(0).default(64),
  readerGraceSeconds: z.coerce.number().positive().default(30),
});
export type Settings = Config<typeof SettingsSchema>;
