import { z } from 'zod';
import { Instant, PacsLinkId, SiteId, Uid } from '../primitives.js';

/** A code of the error table with its words. */
export const Cause = z.strictObject({
  code: z.string(),
  fr: z.string(),
  en: z.string(),
  detail: z.string().nullable(),
});
export type Cause = z.infer<typeof Cause>;

/** `GET /exams`: where each pointer stands. No patient trait. */
export const ExamLine = z.strictObject({
  id: z.uuid(),
  site: SiteId,
  pacsLink: PacsLinkId,
  study: Uid,
  state: z.string(),
  cause: Cause.nullable(),
  attempts: z.int(),
  nextAttemptAt: Instant.nullable(),
  firstReportAt: Instant.nullable(),
  updatedAt: Instant,
  kos: z.string().nullable(),
  acceptedAt: Instant.nullable(),
  reports: z.int(),
  parked: z.int(),
});
export type ExamLine = z.infer<typeof ExamLine>;

export const ExamPage = z.strictObject({ exams: z.array(ExamLine) });
export type ExamPage = z.infer<typeof ExamPage>;

export const ExamQuery = z.strictObject({
  site: SiteId.optional(),
  study: Uid.optional(),
  state: z.string().max(20).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});
export type ExamQuery = z.infer<typeof ExamQuery>;

/** `GET /exams/:id`: every step with its cause and time, and what waits. */
export const ExamDetail = ExamLine.extend({
  steps: z.array(
    z.strictObject({
      at: Instant,
      event: z.string(),
      from: z.string(),
      to: z.string(),
      action: z.string(),
      cause: Cause.nullable(),
      reportId: z.uuid().nullable(),
      milliseconds: z.number().nullable(),
    }),
  ),
  waiting: z.array(z.strictObject({ event: z.string(), reportId: z.uuid().nullable(), parkedAt: Instant })),
});
export type ExamDetail = z.infer<typeof ExamDetail>;
