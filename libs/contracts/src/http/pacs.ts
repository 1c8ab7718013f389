import { z } from 'zod';
import { Uid } from '../primitives.js';

/** `POST /links/:link/studies/find`: the study only, never patient traits (DSR §3.2.7). */
export const FindStudyRequest = z.strictObject({ study: Uid });
export type FindStudyRequest = z.infer<typeof FindStudyRequest>;

export const FoundInstance = z.strictObject({
  sopClass: Uid,
  sopInstance: Uid,
  number: z.int().optional(),
  frames: z.int().positive().optional(),
});
export type FoundInstance = z.infer<typeof FoundInstance>;

export const FoundSeries = z.strictObject({
  uid: Uid,
  modality: z.string(),
  number: z.int().optional(),
  description: z.string(),
  instances: z.array(FoundInstance),
});
export type FoundSeries = z.infer<typeof FoundSeries>;

/** A Key Object Selection document found in the study: which images it flags, and why (PS3.3 §A.35.4). */
export const FoundKeyObject = z.strictObject({
  series: Uid,
  sopInstance: Uid,
  /** Document title (CID 7010), e.g. 113000 DCM Of Interest. */
  title: z.strictObject({ code: z.string().max(64), scheme: z.string().max(16), meaning: z.string().max(64) }),
  /** Key Object Description, when it has one. */
  description: z.string().max(1024).optional(),
  /** SOP Instance UIDs of this study that it flags. */
  images: z.array(Uid).max(10_000),
});
export type FoundKeyObject = z.infer<typeof FoundKeyObject>;

/** A study as the PACS describes it, text already decoded by its own character set. */
export const FoundStudy = z.strictObject({
  uid: Uid,
  date: z.string(),
  time: z.string(),
  description: z.string(),
  id: z.string(),
  accession: z.string(),
  patientId: z.string(),
  referringPhysician: z.string(),
  series: z.array(FoundSeries).min(1),
  /** Empty when there are none, or when they could not be fetched or read (said in the log): a KOS is published without them. */
  keyObjects: z.array(FoundKeyObject).default([]),
});
export type FoundStudy = z.infer<typeof FoundStudy>;

export const FindStudyAnswer = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('found'), study: FoundStudy, milliseconds: z.number() }),
  z.strictObject({ outcome: z.literal('absent'), milliseconds: z.number() }),
  z.strictObject({
    outcome: z.literal('failed'),
    code: z.string(),
    detail: z.string().optional(),
    milliseconds: z.number(),
  }),
]);
export type FindStudyAnswer = z.infer<typeof FindStudyAnswer>;

/** `POST /links/:link/echo` */
export const EchoAnswer = z.strictObject({
  reachable: z.boolean(),
  code: z.string().optional(),
  detail: z.string().optional(),
  milliseconds: z.number(),
});
export type EchoAnswer = z.infer<typeof EchoAnswer>;
