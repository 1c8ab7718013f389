import type { Failure, FoundStudy, Report } from '@drimbox/contracts';
import type { PointerVersion } from '../life/plan.js';
import type { LiveHead } from '../life/wanted.js';
import type { Exam, FrozenVersion } from './pointer-store.js';

export type Searched =
  { ok: true; study: FoundStudy; milliseconds: number } | { ok: false; failure: Failure; milliseconds?: number };

export type Built = { ok: true; version: FrozenVersion } | { ok: false; failure: Failure };

/** What the DMP says of a version when asked. */
export type Looked =
  | { readonly kind: 'approved' }
  /** It was there, and is deleted or replaced. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type Sent =
  | { readonly kind: 'published' }
  /** Nothing reached the DMP. */
  | { readonly kind: 'not-sent'; readonly failure: Failure }
  /** It may have: the next step is a look. */
  | { readonly kind: 'unknown'; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The version to be replaced is no longer in the DMP: somebody deleted it there. */
  | { readonly kind: 'target-lost' };

export type Deleted =
  | { readonly kind: 'deleted' }
  /** `sent`: the deletion may have been done all the same. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly sent: boolean };

/** The contacts of a pointer with the outside: the PACS, the archive's builder, the DMP. */
export interface PointerWorld {
  search(exam: Exam, heads: readonly LiveHead[]): Promise<Searched>;
  /** Builds and signs, without any contact. */
  build(exam: Exam, heads: readonly LiveHead[], study: FoundStudy, replaces: PointerVersion | undefined): Built;
  look(version: FrozenVersion): Promise<Looked>;
  send(version: FrozenVersion, replaced: FrozenVersion | undefined): Promise<Sent>;
  /** Looks for the current entry first: one that is already gone is a success. @param by the report that caused it (FAQ-1). */
  delete(version: FrozenVersion, by: Report | undefined): Promise<Deleted>;
}
