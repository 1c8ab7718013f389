/**
 * One expected failure. A code is stable once released; its texts may be improved.
 * `retryable` says whether the same request may succeed later without anybody changing anything.
 */
export interface ErrorEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly retryable: boolean;
  /** HTTP status when the failure answers an internal or external request. */
  readonly http: number;
  readonly fr: string;
  readonly en: string;
}

export const entry = (
  level: ErrorEntry['level'],
  retryable: boolean,
  http: number,
  fr: string,
  en: string,
): ErrorEntry => ({
  level,
  retryable,
  http,
  fr,
  en,
});
