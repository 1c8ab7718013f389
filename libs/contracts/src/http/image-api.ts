import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../errors.js';

/**
 * The image API of a portal (source-viewer, consumer-portal), asked by the viewer in a browser: docs/image-api.md. It is
 * shaped as DICOMweb (PS3.18 §10.4) with opaque ids where DICOMweb has UIDs, so that no address names an exam. Every
 * address stands under `/api/v/<view>/` and answers only to the cookie of the session that opened the view.
 */
export const IMAGE_API_PATH = '/api/v';
/** Page of a view: `/v/<view>/`. Its script and styles are under `/viewer/`. */
export const VIEW_PAGE_PATH = '/v';
export const VIEWER_ASSETS_PATH = '/viewer';
/** After a logout: the page that leads to the end of the session at the provider of identity, where only a browser can end it. */
export const DEPARTURE_PATH = '/deconnexion';

/** Content-Security-Policy of that page and of its scripts, since a worker has a policy of its own: nothing inline, no eval, nobody else. */
export const VIEW_PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with everything but GET: a form of another site cannot send it (CSRF). Value `1`. */
export const IMAGE_API_HEADER = 'x-drimbox-view';

/** An id that says nothing: made by the portal, worth nothing outside its view. */
export const OpaqueId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const Words = z.string().max(400);
const Code = z.string().refine((value): value is ErrorCode => isErrorCode(value), 'unknown error code');

/** Any answer that is no success. `expired` when the session is over: the viewer then shows nothing more. */
export const ImageApiError = z.strictObject({
  reason: z.enum(['expired', 'forbidden', 'not-found', 'unavailable', 'busy', 'wrong']),
  code: Code.optional(),
  fr: Words,
  en: Words,
});
export type ImageApiError = z.infer<typeof ImageApiError>;

/** INS traits as the portal holds them. Those of `more` are sent when the site's setting shows them (INS/va1.36). */
export const ViewPatient = z.strictObject({
  birthName: Words,
  firstBirthGiven: Words,
  /** YYYY-MM-DD; a French identity may have `00` for an unknown month or day. */
  birthDate: z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/),
  sex: z.enum(['M', 'F', 'I']),
  /** INSEE code of the birth place, and its name when known. */
  birthPlace: z.strictObject({ code: z.string().max(5), name: Words.optional() }),
  more: z
    .strictObject({
      ins: z.string().max(15).optional(),
      oid: z.string().max(64).optional(),
      birthGivens: Words.optional(),
      usedGiven: Words.optional(),
      usedName: Words.optional(),
    })
    .optional(),
  /** The identity is one of a test environment. */
  test: z.boolean(),
});
export type ViewPatient = z.infer<typeof ViewPatient>;

export const ViewUser = z.strictObject({
  kind: z.enum(['professional', 'patient']),
  name: Words,
  /** Profession or role, and the structure the professional works for. */
  role: Words.optional(),
  structure: Words.optional(),
});
export type ViewUser = z.infer<typeof ViewUser>;

export const ViewExam = z.strictObject({
  id: OpaqueId,
  description: Words,
  /** YYYY-MM-DD */
  date: z
    .string()
    .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)
    .optional(),
  modalities: z.array(z.string().max(16)).max(50),
  /** Where it was made. */
  place: Words.optional(),
});
export type ViewExam = z.infer<typeof ViewExam>;

/** `lossy`: pixels altered to travel faster. */
export const ImageQuality = z.enum(['lossless', 'lossy']);
export type ImageQuality = z.infer<typeof ImageQuality>;

/** `GET context` */
export const ViewContext = z.strictObject({
  /** Of the product, shown on screen (DSR §4.1). */
  version: z.string().max(40),
  patient: ViewPatient,
  user: ViewUser,
  /** The first one is opened. */
  exams: z.array(ViewExam).min(1).max(200),
  allowed: z.strictObject({ zip: z.boolean(), lossy: z.boolean() }),
  /** What is asked first; `lossy` is then replaced by `lossless` when all is there. */
  firstQuality: ImageQuality,
  /** The session ends after so long without `POST alive`. */
  idleSeconds: z.int().positive(),
  language: z.enum(['fr', 'en']),
});
export type ViewContext = z.infer<typeof ViewContext>;

export const ViewSeries = z.strictObject({
  id: OpaqueId,
  /** `key-images`: the images a radiologist pointed out (a KO), served as a series of their own. */
  kind: z.enum(['key-images', 'images', 'other']),
  number: z.int().optional(),
  modality: z.string().max(16),
  description: Words,
  /** Objects the PACS says it has; absent when it did not say. */
  instances: z.int().nonnegative().optional(),
});
export type ViewSeries = z.infer<typeof ViewSeries>;

/** `GET exams/:exam/series`: key images first. Asked again while `complete` is false. */
export const ViewSeriesList = z.strictObject({ complete: z.boolean(), series: z.array(ViewSeries).max(2000) });
export type ViewSeriesList = z.infer<typeof ViewSeriesList>;

/** Types of the parts of `GET exams/:exam/series/:series`, beside frames (`image/*`, `video/*`, `application/octet-stream`). */
export const PartType = {
  /** One data set in DICOM JSON (PS3.18 Annex F), before its frames. */
  Metadata: 'application/dicom+json',
  /** JSON SeriesProgress. */
  Progress: 'application/vnd.drimbox.progress+json',
  /** JSON SeriesOutcome, last: a stream that ends without it was cut. */
  Outcome: 'application/vnd.drimbox.outcome+json',
} as const;

export const SeriesProgress = z.strictObject({
  received: z.int().nonnegative(),
  expected: z.int().nonnegative().optional(),
});
export type SeriesProgress = z.infer<typeof SeriesProgress>;

export const SeriesOutcome = SeriesProgress.extend({
  outcome: z.enum(['complete', 'incomplete', 'failed']),
  code: Code.optional(),
});
export type SeriesOutcome = z.infer<typeof SeriesOutcome>;

/** `POST exams/:exam/priority`: what is looked at, most wanted first. */
export const SeriesPriority = z.strictObject({ series: z.array(OpaqueId).min(1).max(50) });
export type SeriesPriority = z.infer<typeof SeriesPriority>;

/** `POST exams/:exam/zip` answers 201 with it; `GET exams/:exam/zip/:export` is the file, `…/progress` how far it is. */
export const ZipExport = z.strictObject({ id: OpaqueId });
export type ZipExport = z.infer<typeof ZipExport>;

export const ZipProgress = SeriesProgress.extend({
  state: z.enum(['waiting', 'running', 'complete', 'incomplete', 'failed', 'cancelled']),
  bytes: z.int().nonnegative(),
});
export type ZipProgress = z.infer<typeof ZipProgress>;
