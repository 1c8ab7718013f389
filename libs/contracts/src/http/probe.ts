import { z } from 'zod';

const Up = z.enum(['UP', 'DOWN']);

/** What a health probe is told (DB.SO.182, .183): the DRIMbox, and the PACS of the link it asks about. Nothing else. */
export const ProbeBody = z.strictObject({
  status: Up,
  checks: z.array(z.strictObject({ name: z.enum(['DRIMbox', 'PACS']), status: Up })).max(2),
});
export type ProbeBody = z.infer<typeof ProbeBody>;

/** `GET /probes/:link` of source-viewer: the answer to give, for a door that shows it on another FQDN. */
export const ProbeAnswer = z.strictObject({ http: z.int().min(200).max(599), body: ProbeBody });
export type ProbeAnswer = z.infer<typeof ProbeAnswer>;
