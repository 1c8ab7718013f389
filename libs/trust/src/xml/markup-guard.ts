/** Why bytes are not given to a parser at all. */
export type MarkupFault = 'too-large' | 'encoding' | 'doctype' | 'instruction' | 'too-deep' | 'not-well-formed';

const LT = 0x3c;
const MAX_DEPTH = 32;

/**
 * Refuses what no signed list needs and what parsers die of: other encodings than UTF-8, any document type
 * declaration (entities), processing instructions, deep nesting. Hops from `<` to `<`.
 */
export function markupFault(bytes: Buffer, maxBytes: number): MarkupFault | undefined {
  if (bytes.length > maxBytes) return 'too-large';
  const start = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  if (!isUtf8(bytes) || bytes.includes(0)) return 'encoding';
  let at = start;
  if (bytes.subarray(start, start + 5).toString('latin1') === '<?xml') {
    const end = bytes.indexOf('?>', start);
    if (end < 0) return 'not-well-formed';
    const encoding = /\sencoding\s*=\s*["']([^"']*)["']/.exec(bytes.toString('latin1', start, end))?.[1];
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') return 'encoding';
    at = end + 2;
  }
  let depth = 0;
  for (at = bytes.indexOf(LT, at); at >= 0; at = bytes.indexOf(LT, at)) {
    const next = bytes[at + 1];
    if (next === 0x3f) return 'instruction';
    if (next === 0x21) {
      const skipped = afterComment(bytes, at);
      if (typeof skipped === 'string') return skipped;
      at = skipped;
    } else {
      if (next === 0x2f) depth--;
      else if (++depth > MAX_DEPTH + 1) return 'too-deep';
      const end = endOfTag(bytes, at + 1);
      if (end < 0) return 'not-well-formed';
      if (bytes[end - 1] === 0x2f) depth--;
      at = end + 1;
    }
  }
  return undefined;
}

/** Position after a comment or a CDATA section; any other `<!` declares a document type or a part of one. */
function afterComment(bytes: Buffer, at: number): number | MarkupFault {
  const head = bytes.toString('latin1', at, at + 9);
  const closing = head.startsWith('<!--') ? '-->' : head === '<![CDATA[' ? ']]>' : undefined;
  if (closing === undefined) return 'doctype';
  const end = bytes.indexOf(closing, at + 4, 'latin1');
  return end < 0 ? 'not-well-formed' : end + 3;
}

/** The `>` of a tag, quoted values apart; -1 when there is none. */
function endOfTag(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x3e) return at;
    if (byte !== 0x22 && byte !== 0x27) continue;
    at = bytes.indexOf(byte, at + 1);
    if (at < 0) return -1;
  }
  return -1;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
