import type { CdaFailure, CdaLimits } from '../limits.js';

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;

/**
 * Refuses, before any parser sees it, a document in an encoding that could hide markup, with a document type declaration, or larger in
 * any dimension than the limits. Hops from `<` to `<`: text, base64 included, is not looked at. A document that is not well formed may
 * pass: it is the parser that refuses it.
 */
export function guardMarkup(bytes: Buffer, limits: CdaLimits): CdaFailure | undefined {
  if (bytes.length > limits.maxBytes) return { kind: 'too-large' };
  if (!isPlainEncoding(bytes)) return { kind: 'encoding' };
  let depth = 0;
  let elements = 0;
  for (let at = bytes.indexOf(LT); at >= 0; at = bytes.indexOf(LT, at)) {
    const skipped = skipNonElement(bytes, at);
    if (skipped === 'doctype') return { kind: 'doctype' };
    if (skipped === 'open') return { kind: 'not-well-formed' };
    if (skipped !== undefined) {
      at = skipped;
    } else if (bytes[at + 1] === SLASH) {
      depth--;
      at += 2;
    } else {
      const tag = scanStartTag(bytes, at + 1);
      if (!tag) return { kind: 'not-well-formed' };
      if (tag.attributes > limits.maxAttributes || ++elements > limits.maxElements) return { kind: 'too-many-nodes' };
      if (depth >= limits.maxDepth) return { kind: 'too-deep' };
      if (!tag.empty) depth++;
      at = tag.end;
    }
  }
  return undefined;
}

/** Position after a comment, a CDATA section or a processing instruction; `open` when it never ends; undefined for an element. */
function skipNonElement(bytes: Buffer, at: number): number | 'doctype' | 'open' | undefined {
  const start = bytes.toString('latin1', at, at + 9);
  const closing = start.startsWith('<?')
    ? '?>'
    : start.startsWith('<!--')
      ? '-->'
      : start === '<![CDATA['
        ? ']]>'
        : undefined;
  // Any other `<!` is a document type declaration or a part of one.
  if (closing === undefined) return start.startsWith('<!') ? 'doctype' : undefined;
  const end = bytes.indexOf(closing, at + 2, 'latin1');
  return end < 0 ? 'open' : end + closing.length;
}

/** Reads up to the `>` of a start tag, quoted values apart; undefined when there is none. */
function scanStartTag(bytes: Buffer, from: number): { end: number; attributes: number; empty: boolean } | undefined {
  let attributes = 0;
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === GT) return { end: i + 1, attributes, empty: bytes[i - 1] === SLASH };
    if (byte === EQUALS) attributes++;
    else if (byte === QUOTE || byte === APOSTROPHE) {
      i = bytes.indexOf(byte, i + 1);
      if (i < 0) return undefined;
    }
  }
  return undefined;
}

/** Encodings in which every byte below 0x80 is ASCII, so that no markup can hide from the guard; CI-SIS documents are in UTF-8. */
const PLAIN_ENCODINGS = new Set(['utf-8', 'us-ascii', 'iso-8859-1', 'iso-8859-15']);

function isPlainEncoding(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 400).replace(/^\u00ef\u00bb\u00bf/, '');
  // UTF-16 and UTF-32, with a byte order mark or without; EBCDIC starts with another byte than `<`.
  if (/^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(head) || head.slice(0, 4).includes('\0')) return false;
  const declaration = /^<\?xml\s[^>]*?>/.exec(head)?.[0];
  if (declaration === undefined) return !head.startsWith('<?xml');
  const encoding = /\sencoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1];
  return encoding === undefined || PLAIN_ENCODINGS.has(encoding.toLowerCase());
}
