/** A form of ours leads to the provider of identity through redirects, whose hosts are the provider's own affair: browsers hold `form-action` against each. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "form-action 'self' https:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Saved, never shown: a document may hold scripts. */
export const DOCUMENT_POLICY = "sandbox; default-src 'none'";

/** Of every answer of the portal but for the policy, which is that of the page. */
export const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
} as const;
