import { z } from 'zod';
import { Instant, SiteId } from '../primitives.js';

/** `GET /journal`: one line per message received, newest first; no patient trait (INS/va1.72: trace of reception). */
export const JournalLine = z.strictObject({
  id: z.uuid(),
  sequence: z.int(),
  receivedAt: Instant,
  site: SiteId,
  listener: z.string(),
  peer: z.string(),
  application: z.string(),
  facility: z.string(),
  controlId: z.string(),
  messageType: z.string(),
  acknowledgement: z.enum(['AA', 'AE', 'AR', 'none']),
  outcome: z.enum(['accepted', 'refused', 'ignored']),
  code: z.string().nullable(),
  /** What the code means, in French and English. */
  reason: z.strictObject({ fr: z.string(), en: z.string() }).nullable(),
  detail: z.string().nullable(),
  location: z.string().nullable(),
  notes: z.array(z.strictObject({ code: z.string(), detail: z.string().optional() })),
  bytes: z.int(),
  repeats: z.int(),
  lastRepeatAt: Instant.nullable(),
  reportId: z.uuid().nullable(),
});
export type JournalLine = z.infer<typeof JournalLine>;

export const JournalPage = z.strictObject({ lines: z.array(JournalLine), next: z.int().nullable() });
export type JournalPage = z.infer<typeof JournalPage>;

export const JournalQuery = z.strictObject({
  site: SiteId.optional(),
  /** Lines older than this sequence. */
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type JournalQuery = z.infer<typeof JournalQuery>;

/** `GET /journal/:id`: the line, and the acknowledgement as it was sent. */
export const JournalDetail = JournalLine.extend({ acknowledgementText: z.string().nullable() });
export type JournalDetail = z.infer<typeof JournalDetail>;
