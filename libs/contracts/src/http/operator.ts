import { z } from 'zod';
import { Instant } from '../primitives.js';

/** Header of every request that an operator's act or search causes: who asked, for the audit. */
export const OPERATOR_HEADER = 'x-drimbox-operator';

/** Local account of an operator (PGSSI-S imputability): never a patient, never free text. */
export const OperatorAccount = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/);
export type OperatorAccount = z.infer<typeof OperatorAccount>;

/** `POST /exams/:id/retry`, `POST /exams/:id/release`: the exam is worked at once, in the background. */
export const ExamActAnswer = z.strictObject({ examId: z.uuid(), state: z.string() });
export type ExamActAnswer = z.infer<typeof ExamActAnswer>;

/** `POST /versions/:id/replay`: `present` in the DMP, nothing to do; or `resent`, by the exam's next step, with the same bytes. */
export const ReplayAnswer = z.strictObject({
  versionId: z.uuid(),
  examId: z.uuid(),
  outcome: z.enum(['present', 'resent']),
});
export type ReplayAnswer = z.infer<typeof ReplayAnswer>;

/** `GET /dead-letters`: events given up and not replayed yet, oldest first. */
export const DeadLetterPage = z.strictObject({
  letters: z.array(
    z.strictObject({
      id: z.string(),
      event: z.string(),
      eventId: z.string(),
      code: z.string(),
      fr: z.string(),
      en: z.string(),
      reason: z.string(),
      attempts: z.int(),
      firstAt: Instant,
      lastAt: Instant,
    }),
  ),
});
export type DeadLetterPage = z.infer<typeof DeadLetterPage>;

export const DeadLetterQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) });
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>;

/** `POST /dead-letters/:id/replay`: handled; a failure answers its code, and the letter stays. */
export const ReplayedLetter = z.strictObject({ id: z.string(), outcome: z.literal('handled') });
export type ReplayedLetter = z.infer<typeof ReplayedLetter>;
