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

const Words = z.string().min(1).max(200);

/** What is given must all match; nothing in the journal names a patient. */
export const JournalQuery = z.strictObject({
  site: SiteId.optional(),
  /** Reception time: from included, to excluded. */
  from: Instant.optional(),
  to: Instant.optional(),
  acknowledgement: z.enum(['AA', 'AE', 'AR', 'none']).optional(),
  outcome: z.enum(['accepted', 'refused', 'ignored']).optional(),
  /** Code of the error table: of the refusal, or of a note. */
  code: z.string().max(20).optional(),
  /** MSH-10. */
  controlId: Words.optional(),
  /** MSH-3. */
  application: Words.optional(),
  /** MSH-4. */
  facility: Words.optional(),
  /** MSH-9 as the journal shows it. */
  messageType: Words.optional(),
  listener: Words.optional(),
  /** Address of the sender. */
  peer: Words.optional(),
  report: z.uuid().optional(),
  /** Part of the detail or of the location, in any case. */
  text: z.string().min(2).max(100).optional(),
  /** Lines older than this sequence. */
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type JournalQuery = z.infer<typeof JournalQuery>;

/** `GET /journal/:id`: the line, and the acknowledgement as it was sent. */
export const JournalDetail = JournalLine.extend({ acknowledgementText: z.string().nullable() });
export type JournalDetail = z.infer<typeof JournalDetail>;
