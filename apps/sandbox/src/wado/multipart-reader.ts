/** One part of a multipart/related answer, header names in lower case. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Splits a multipart body (RFC 2046 §5.1) that is whole in memory. `closed` is false when the closing delimiter is missing:
 * what came is not the whole answer.
 */
export function readMultipart(
  body: Buffer,
  boundary: string,
): { readonly parts: readonly Part[]; readonly closed: boolean } {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter may stand at the very beginning.
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: Part[] = [];
  let at = whole.indexOf(delimiter);
  while (at >= 0) {
    const from = at + delimiter.length;
    if (whole.subarray(from, from + 2).toString('latin1') === '--') return { parts, closed: true };
    const headEnd = whole.indexOf(HEAD_END, from);
    const next = whole.indexOf(delimiter, from);
    if (headEnd < 0 || next < 0) break;
    parts.push({
      headers: readHeaders(whole.subarray(from, headEnd).toString('latin1')),
      bytes: whole.subarray(headEnd + HEAD_END.length, next),
    });
    at = next;
  }
  return { parts, closed: false };
}

const readHeaders = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\r\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );

/** A parameter of a Content-Type, quoted or not. */
export function parameterOf(contentType: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(contentType);
  return found?.[1] ?? found?.[2];
}
