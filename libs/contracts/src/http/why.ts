import { z } from 'zod';
import { Instant } from '../primitives.js';
import { VersionState } from './archive.js';
import { Cause, ExamDetail } from './exams.js';
import { Visibility } from './report.js';

/**
 * What `GET /why/:id` is asked by: an exam, report or version of this DRIMbox (UUID), a study UID, a KOS UID, or a CDA
 * document id (`root` or `root^extension`). None of them names a patient.
 */
export const WhyId = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._^:-]{0,199}$/);
export type WhyId = z.infer<typeof WhyId>;

/** The version of a report that speaks for its lineage. */
export const SpeakingReport = z.strictObject({
  lineage: z.uuid(),
  reportId: z.uuid(),
  document: z.string(),
  version: z.int().nullable(),
  operation: z.enum(['new', 'replace', 'withdraw']),
  receivedAt: Instant,
  /** Not withdrawn, and names the study. */
  live: z.boolean(),
  visibility: Visibility,
});

export const WantedInDmp = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nothing') }),
  z.strictObject({ kind: z.literal('conflict') }),
  z.strictObject({ kind: z.literal('pointer'), visibility: Visibility, builtFrom: z.uuid() }),
]);

/** One contact with the DMP; without an outcome it is under way, or the process died in it. */
export const DmpAttempt = z.strictObject({
  operation: z.enum(['send', 'look', 'delete']),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  outcome: z.string().nullable(),
  cause: Cause.nullable(),
});

export const VersionStory = z.strictObject({
  id: z.uuid(),
  number: z.int(),
  kos: z.string(),
  state: VersionState,
  frozenAt: Instant,
  stateAt: Instant,
  visibility: Visibility,
  reportId: z.uuid(),
  replaces: z.uuid().nullable(),
  attempts: z.array(DmpAttempt),
});

export const PlannedOperation = z.strictObject({
  kind: z.enum(['look', 'discard', 'delete', 'send', 'build']),
  /** The version it concerns; of a build, the version to be replaced. */
  version: z.uuid().nullable(),
  /** Not carried out by itself: the same search failed for good. */
  held: z.boolean(),
});

/** Everything about one exam: what the reports say, what the DMP shows, what remains, and how it came so. No trait. */
export const ExamStory = z.strictObject({
  exam: ExamDetail,
  reports: z.array(SpeakingReport),
  wanted: WantedInDmp,
  versions: z.array(VersionStory),
  plan: z.array(PlannedOperation),
});
export type ExamStory = z.infer<typeof ExamStory>;

export const WhyAnswer = z.strictObject({
  exams: z.array(ExamStory),
  /** Other exams are concerned; they are left out. */
  more: z.boolean(),
});
export type WhyAnswer = z.infer<typeof WhyAnswer>;
