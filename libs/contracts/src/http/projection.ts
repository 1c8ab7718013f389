import { z } from 'zod';
import { EVENTS } from '../events/catalogue.js';

/** An exam as its last `exam.projected` told it, without the moment. */
export const ProjectedExam = EVENTS['exam.projected'].omit({ at: true });
export type ProjectedExam = z.infer<typeof ProjectedExam>;

/** `GET /projection`: a door that has lost or never had its projection reads it whole, page by page (architecture, rule 3). */
export const ProjectionQuery = z.strictObject({
  /** `next` of the page before; absent for the first page. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
export type ProjectionQuery = z.infer<typeof ProjectionQuery>;

/** Each exam as it is when its page is read: what changes later comes as an event with a higher version. */
export const ProjectionPage = z.strictObject({
  exams: z.array(ProjectedExam),
  /** Cursor of the next page; null on the last one. */
  next: z.uuid().nullable(),
});
export type ProjectionPage = z.infer<typeof ProjectionPage>;
