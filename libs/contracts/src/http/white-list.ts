import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../errors.js';
import { Instant } from '../primitives.js';

const Code = z.string().refine((value): value is ErrorCode => isErrorCode(value), 'unknown error code');
const Fqdn = z.string().min(1).max(253);

/** One `Domaine` of the list: the FQDN of a DRIMbox and the certificate that speaks for it. */
export const WhiteListEntry = z.strictObject({
  /** `Identifiant`: the number of the entry in the national registry. */
  id: z.string().max(50),
  /** Lower case. */
  db: Fqdn,
  vi: Fqdn.nullable(),
  /** `Denomination` of the operator. */
  operator: z.string().max(300),
  /** `DNCertificatOperateur` as written: compared attribute by attribute, never as a text. */
  operatorDn: z.string().min(1).max(1000),
  support: z.string().max(500),
  updatedAt: Instant.nullable(),
});
export type WhiteListEntry = z.infer<typeof WhiteListEntry>;

/**
 * `GET /white-list`: the last list that was verified. Whoever relies on it compares `usableUntil` with its own clock, at
 * every decision: after it nobody is listed (DB.CS.147).
 */
export const WhiteList = z.strictObject({
  /** Rises with each list taken, a renewal included: an older one is ignored. */
  version: z.int().positive(),
  /** SHA-256 of the file, hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** `DateDeGeneration`. */
  generatedAt: Instant,
  /** SigningTime of the signature. */
  signedAt: Instant,
  verifiedAt: Instant,
  usableUntil: Instant,
  entries: z.array(WhiteListEntry).max(100_000),
});
export type WhiteList = z.infer<typeof WhiteList>;

/**
 * `GET /revocations`: the certificate revocation lists as they were last fetched and verified, for whoever checks peers.
 * DER in base64, so that each checks them again against its own anchors.
 */
export const RevocationLists = z.strictObject({
  version: z.int().nonnegative(),
  lists: z.array(z.strictObject({ url: z.string().max(500), der: z.base64(), fetchedAt: Instant })).max(20),
});
export type RevocationLists = z.infer<typeof RevocationLists>;

/** `GET /white-list/history`: every attempt that changed something or failed, newest first. */
export const WhiteListAttempt = z.strictObject({
  at: Instant,
  outcome: z.enum(['accepted', 'renewed', 'unchanged', 'refused', 'unreachable']),
  code: Code.optional(),
  /** In plain words; names no person. */
  detail: z.string().max(500).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  generatedAt: Instant.optional(),
  signedAt: Instant.optional(),
  version: z.int().positive().optional(),
  added: z.array(Fqdn).max(100_000),
  removed: z.array(Fqdn).max(100_000),
  changed: z.array(Fqdn).max(100_000),
});
export type WhiteListAttempt = z.infer<typeof WhiteListAttempt>;
export const WhiteListHistory = z.array(WhiteListAttempt);

/** `GET /calendar`: everything that expires, soonest first (certificates, CRL, white list, PSC client). */
export const CalendarEntry = z.strictObject({
  kind: z.enum(['certificate', 'crl', 'white-list', 'psc-client']),
  /** Name in the store, URL of a CRL, or the list itself. */
  subject: z.string().max(500),
  expiresAt: Instant,
  /** `soon` within the warning time, `expired` after. */
  state: z.enum(['ok', 'soon', 'expired']),
});
export type CalendarEntry = z.infer<typeof CalendarEntry>;
export const Calendar = z.array(CalendarEntry);
