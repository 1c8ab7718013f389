export interface MimePart {
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Buffer;
}

export const MAX_PARTS = 100;
const MAX_PART_HEADER_BYTES = 8 * 1024;

/** Media type in lower case and its parameters (RFC 2045 §5.1); quoted values are unquoted. */
export function parseContentType(value: string): { type: string; parameters: ReadonlyMap<string, string> } {
  const [type = ''] = value.split(';', 1);
  const parameters = new Map<string, string>();
  for (const match of value.slice(type.length).matchAll(/;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g)) {
    const [, name = '', quoted, token = ''] = match;
    parameters.set(name.toLowerCase(), quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1'));
  }
  return { type: type.trim().toLowerCase(), parameters };
}

function parsePart(bytes: Buffer): MimePart | undefined {
  const blank = bytes.subarray(0, MAX_PART_HEADER_BYTES).indexOf('\r\n\r\n');
  if (blank < 0) return undefined;
  const headers = new Map<string, string>();
  // Folded header lines are joined (RFC 5322 §2.2.3).
  for (const line of bytes
    .toString('latin1', 0, blank)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, bytes: bytes.subarray(blank + 4) };
}

/**
 * Parts of a multipart/related body (RFC 2046 §5.1), at most MAX_PARTS.
 * undefined when it is malformed or cut before its closing boundary.
 */
export function parseMultipart(body: Buffer, boundary: string): readonly MimePart[] | undefined {
  if (boundary === '' || boundary.length > 200) return undefined;
  const parts: MimePart[] = [];
  const source = Buffer.concat([Buffer.from('\r\n'), body]);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  let at = source.indexOf(delimiter);
  while (at >= 0) {
    const after = at + delimiter.length;
    if (source.toString('latin1', after, after + 2) === '--') return parts;
    const lineEnd = source.indexOf('\r\n', after);
    const next = lineEnd < 0 ? -1 : source.indexOf(delimiter, lineEnd);
    if (next < 0 || parts.length === MAX_PARTS) return undefined;
    // The delimiter owns the line break before it, so a part without headers starts at that line's end.
    const part = parsePart(source.subarray(lineEnd + 2, next));
    if (!part) return undefined;
    parts.push(part);
    at = next;
  }
  return undefined;
}

/** The root part: the one `start` names, else the first (RFC 2387 §3.2). */
export function rootPart(parts: readonly MimePart[], start: string | undefined): MimePart | undefined {
  if (start === undefined) return parts[0];
  return parts.find((part) => part.headers.get('content-id') === start) ?? undefined;
}
