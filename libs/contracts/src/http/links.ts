import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../errors.js';
import { Instant, PacsLinkId, SiteId, Uid } from '../primitives.js';

const Code = z.string().refine((value): value is ErrorCode => isErrorCode(value), 'unknown error code');

/** `unknown`: not asked yet. `down`: the last attempts failed, it is left alone between two trials. */
export const LINK_STATES = ['unknown', 'up', 'down', 'maintenance'] as const;

/** Whether a PACS can be worked with. */
export const LinkCondition = z.strictObject({
  pacsLink: PacsLinkId,
  state: z.enum(LINK_STATES),
  since: Instant,
  /** Why it is down. */
  code: Code.optional(),
});
export type LinkCondition = z.infer<typeof LinkCondition>;

/** `GET /links`: what an operator sees of each link; the health probes of the other services read it too. */
export const LinkReport = LinkCondition.extend({
  site: SiteId,
  /** Associations of ours under way, and requests that wait for one. */
  running: z.int().nonnegative(),
  waiting: z.int().nonnegative(),
  lastEcho: z.strictObject({ at: Instant, milliseconds: z.number() }).optional(),
  /** Port on which the PACS's objects are received; absent when the link retrieves by C-GET. */
  storePort: z.int().optional(),
});
export type LinkReport = z.infer<typeof LinkReport>;
export const LinkReports = z.array(LinkReport);

/** Figures of one speed test. */
export const SpeedFigures = z.strictObject({
  testId: z.uuid(),
  study: Uid,
  outcome: z.enum(['complete', 'incomplete', 'failed']),
  /** Why it failed, or DRIM-318 when syntax or volume are not those expected. */
  code: Code.optional(),
  transferSyntaxes: z.array(Uid).max(60),
  instances: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  millisecondsToFirst: z.number().nonnegative().optional(),
  milliseconds: z.number().nonnegative(),
  /** 10^6 bits a second, from the request to the last byte. */
  megabitsPerSecond: z.number().nonnegative(),
});
export type SpeedFigures = z.infer<typeof SpeedFigures>;

/** `POST /links/:link/speed-tests` answers 202 with the test begun; `GET` lists them, newest first. */
export const SpeedTestReport = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('running'),
    testId: z.uuid(),
    at: Instant,
    study: Uid,
    instances: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    expectedInstances: z.int().nonnegative().optional(),
  }),
  SpeedFigures.extend({
    state: z.literal('done'),
    at: Instant,
    /** In plain words, what differs from what is expected. */
    warnings: z.array(z.string().max(300)).max(10),
  }),
]);
export type SpeedTestReport = z.infer<typeof SpeedTestReport>;
export const SpeedTestReports = z.array(SpeedTestReport);
