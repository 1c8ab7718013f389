/** Bounds of a document that comes from outside. */
export interface CdaLimits {
  readonly maxBytes: number;
  /** Nested elements; the deepest ANS example has 33. */
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Attributes and namespace declarations of one element. */
  readonly maxAttributes: number;
  readonly maxStudies: number;
}

export const DEFAULT_CDA_LIMITS: CdaLimits = {
  maxBytes: 20 * 1024 * 1024,
  maxDepth: 100,
  maxElements: 100_000,
  maxAttributes: 100,
  maxStudies: 50,
};

/** Why a document cannot be used. Holds no text of the document. */
export type CdaFailure =
  | { readonly kind: 'too-large' }
  | { readonly kind: 'encoding' }
  | { readonly kind: 'doctype' }
  | { readonly kind: 'not-well-formed'; readonly line?: number }
  | { readonly kind: 'too-deep' }
  | { readonly kind: 'too-many-nodes' }
  | { readonly kind: 'not-cda' }
  | { readonly kind: 'missing'; readonly path: string }
  /** Something that must be there once is there twice with different values. */
  | { readonly kind: 'ambiguous'; readonly path: string };
