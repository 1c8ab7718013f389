import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../errors.js';
import { Uid } from '../primitives.js';

/** Who waits for the images, which decides who is served first: `viewer` a person, `exchange` another DRIMbox. */
export const RETRIEVE_PURPOSES = ['viewer', 'exchange', 'export', 'check', 'speed-test'] as const;
export const RetrievePurpose = z.enum(RETRIEVE_PURPOSES);
export type RetrievePurpose = z.infer<typeof RetrievePurpose>;

/**
 * `POST /links/:link/retrieve`: a study, one of its series, or one instance of a series. The answer is an object stream
 * (`object-stream.ts`) that begins as soon as the first object does; a failure before it is an ordinary error answer.
 */
export const RetrieveRequest = z
  .strictObject({
    study: Uid,
    series: Uid.optional(),
    instance: Uid.optional(),
    /** Only what stands before the pixel data of each object: for metadata. */
    heads: z.boolean().default(false),
    purpose: RetrievePurpose,
    /** Whose turn it is: requests of one flow (a session, a peer) wait for one another, not for those of the others. */
    flow: z.string().min(1).max(120),
    /** Instances the asker knows to exist; fewer is an incomplete retrieval. Series and study level. */
    expected: z.int().positive().max(100_000).optional(),
  })
  .refine(({ series, instance }) => instance === undefined || series !== undefined, 'an instance needs its series');
export type RetrieveRequest = z.input<typeof RetrieveRequest>;

/** `POST /links/:link/preference`: which series a flow wants first of those that it waits for, most wanted first → 204. */
export const RetrievePreference = z.strictObject({
  flow: z.string().min(1).max(120),
  series: z.array(Uid).max(50),
});
export type RetrievePreference = z.infer<typeof RetrievePreference>;

/** First frame of an object. Its bytes are the data set as the PACS sent it: no preamble, no file meta. */
export const ObjectHead = z.strictObject({
  series: Uid,
  sopInstance: Uid,
  sopClass: Uid,
  transferSyntax: Uid,
});
export type ObjectHead = z.infer<typeof ObjectHead>;

const Code = z.string().refine((value): value is ErrorCode => isErrorCode(value), 'unknown error code');

/** Last frame of a stream. A stream that ends without it, or with another outcome than `complete`, is not whole. */
export const RetrieveOutcome = z.strictObject({
  outcome: z.enum(['complete', 'incomplete', 'failed', 'cancelled']),
  code: Code.optional(),
  received: z.int().nonnegative(),
  expected: z.int().nonnegative().optional(),
});
export type RetrieveOutcome = z.infer<typeof RetrieveOutcome>;

/** How far a retrieval is, sent between two objects. */
export const RetrieveProgress = RetrieveOutcome.pick({ received: true, expected: true });
export type RetrieveProgress = z.infer<typeof RetrieveProgress>;
