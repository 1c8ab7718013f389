/** One media range of an Accept header (RFC 9110 §12.5.1), names in lower case. */
export interface MediaRange {
  /** `multipart/related`, `application/*`, a type and subtype with wildcards. */
  readonly type: string;
  /** Parameters but q; a value keeps its case and has lost its quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 (never) to 1; 1 when absent. */
  readonly q: number;
}

/** `missing`: no Accept, or an empty one. `malformed`: no list of media ranges. `limit`: longer than is ever needed. */
export type AcceptError = 'missing' | 'malformed' | 'limit';

export type AcceptResult =
  { readonly ok: true; readonly ranges: readonly MediaRange[] } | { readonly ok: false; readonly error: AcceptError };

const MAX_LENGTH = 16_384;
const MAX_RANGES = 128;
const MAX_PARAMETERS = 16;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const TYPE = /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** Clients leave out the quotes of `type=application/dicom`: whatever cannot end a parameter is taken. */
const BARE_VALUE = /^[^\s"(),;<>\p{Cc}]+$/u;
const QUOTED_VALUE = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"$/u;
const WEIGHT = /^(?:0(?:\.\d{0,6})?|1(?:\.0{0,6})?)$/;

/**
 * Reads an Accept header. Repeated headers count as one list, in their order; empty elements, such as after the trailing
 * comma of the official requests, are skipped (RFC 9110 §5.3, §5.6.1.2).
 */
export function parseAccept(header: string | readonly string[] | undefined): AcceptResult {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  if (text.length > MAX_LENGTH) return { ok: false, error: 'limit' };
  const elements = split(text, ',');
  if (!elements) return { ok: false, error: 'malformed' };
  const named = elements.map((element) => element.trim()).filter((element) => element !== '');
  if (named.length === 0) return { ok: false, error: 'missing' };
  if (named.length > MAX_RANGES) return { ok: false, error: 'limit' };
  const ranges: MediaRange[] = [];
  for (const element of named) {
    const range = mediaRange(element);
    if (!range) return { ok: false, error: 'malformed' };
    ranges.push(range);
  }
  return { ok: true, ranges };
}

function mediaRange(element: string): MediaRange | undefined {
  const [first = '', ...rest] = split(element, ';') ?? [];
  const type = first.trim().toLowerCase();
  const written = rest.map((one) => one.trim()).filter((one) => one !== '');
  if (!TYPE.test(type) || written.length > MAX_PARAMETERS) return undefined;
  const parameters = new Map<string, string>();
  for (const one of written) {
    const equals = one.indexOf('=');
    const name = one.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    const value = unquoted(one.slice(equals + 1).trim());
    if (!TOKEN.test(name) || value === undefined || parameters.has(name)) return undefined;
    parameters.set(name, value);
  }
  const q = parameters.get('q') ?? '1';
  parameters.delete('q');
  return WEIGHT.test(q) ? { type, parameters, q: Number(q) } : undefined;
}

function unquoted(value: string): string | undefined {
  if (QUOTED_VALUE.test(value)) return value.slice(1, -1).replace(/\\(.)/gu, '$1');
  return BARE_VALUE.test(value) ? value : undefined;
}

/** Splits outside of quotes; undefined when a quote is left open. */
function split(text: string, separator: string): string[] | undefined {
  const parts: string[] = [];
  let [start, quoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return quoted ? undefined : parts;
}
