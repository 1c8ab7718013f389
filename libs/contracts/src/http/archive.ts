import { z } from 'zod';
import { Instant, SiteId, StructId, Uid } from '../primitives.js';
import { Visibility } from './report.js';

const Text = z.string().min(1).max(200);

/** What a version of a pointer is worth in the DMP. */
export const VersionState = z.enum(['frozen', 'refused', 'approved', 'replaced', 'deleted', 'lost', 'discarded']);
export type VersionState = z.infer<typeof VersionState>;

/** `POST /archive/search` (DB.SO.13): what is given must all match. In a body, since a patient's identifiers never travel in an address. */
export const ArchiveSearch = z.strictObject({
  site: SiteId.optional(),
  study: Uid.optional(),
  kos: Uid.optional(),
  accession: Text.optional(),
  ipp: Text.optional(),
  ins: z
    .string()
    .regex(/^[0-9AB]{13,15}$/)
    .optional(),
  /** Report of this DRIMbox: every version built from it or from another version of it. */
  report: z.uuid().optional(),
  /** CDA document id, `root` or `root^extension`; the same. */
  document: Text.optional(),
  /** Freezing time: from included, to excluded. */
  from: Instant.optional(),
  to: Instant.optional(),
  state: VersionState.optional(),
  /** Versions older than this position. */
  before: z.int().positive().optional(),
  limit: z.int().min(1).max(500).default(50),
});
export type ArchiveSearch = z.infer<typeof ArchiveSearch>;

/** An archived version, without a trait. */
export const ArchivedVersion = z.strictObject({
  id: z.uuid(),
  position: z.int(),
  examId: z.uuid(),
  site: SiteId,
  study: Uid,
  /** Place among the versions of its exam, from 1. */
  number: z.int(),
  kos: z.string(),
  state: VersionState,
  stateAt: Instant,
  frozenAt: Instant,
  structure: StructId,
  visibility: Visibility,
  reportId: z.uuid(),
  replaces: z.uuid().nullable(),
  series: z.int(),
  instances: z.int(),
  bytes: z.strictObject({ kos: z.int(), metadata: z.int(), signature: z.int() }),
});
export type ArchivedVersion = z.infer<typeof ArchivedVersion>;

/** Newest first. */
export const ArchivePage = z.strictObject({ versions: z.array(ArchivedVersion), next: z.int().nullable() });
export type ArchivePage = z.infer<typeof ArchivePage>;

/** `GET /archive/:versionId/:part`: the bytes as frozen. */
export const ArchivePart = z.enum(['kos', 'metadata', 'signature']);
export type ArchivePart = z.infer<typeof ArchivePart>;
