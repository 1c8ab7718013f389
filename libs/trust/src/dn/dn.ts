import { DerError, expect, only, oidOf, readTlv, TAG, textOf, valuesOf } from '../asn1/der.js';
import { attributeOid, nameOf } from './attributes.js';

/** One attribute of a distinguished name: its type as an OID, its value as text. */
export interface DnAttribute {
  readonly oid: string;
  readonly value: string;
}

/** A distinguished name as ordered attributes, in the order in which it was written. */
export type Dn = readonly DnAttribute[];

const MAX_TEXT = 2000;
const MAX_ATTRIBUTES = 40;

/**
 * Reads `CN=db1.example.fr, OU=318751275100020,O=X,ST=Paris (75),C=FR` (RFC 4514, with the blanks and the quotes of
 * RFC 2253 and the semicolons of RFC 1779). Undefined when it is no DN: unknown type, empty value, bad escape.
 */
export const parseDn = (text: string): Dn | undefined => parse(text.trim(), ',;+');

/** Reads the form of `X509Certificate.subject`: one RDN a line, `C=FR\nOU=…\nCN=…`, escaped as RFC 4514 says. */
export const parseOpensslDn = (text: string): Dn | undefined => parse(text.trim(), '\n+');

function parse(text: string, separators: string): Dn | undefined {
  if (text.length === 0 || text.length > MAX_TEXT) return undefined;
  const attributes: DnAttribute[] = [];
  for (const part of split(text, separators)) {
    const equals = part.indexOf('=');
    const oid = attributeOid(part.slice(0, Math.max(equals, 0)).trim());
    const value = equals < 0 ? undefined : valueOf(part.slice(equals + 1));
    if (oid === undefined || value === undefined || value === '') return undefined;
    attributes.push({ oid, value });
  }
  return attributes.length <= MAX_ATTRIBUTES ? attributes : undefined;
}

/** Cuts at separators that are neither escaped nor between quotes. */
function split(text: string, separators: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && separators.includes(char)) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Value of an attribute, escapes decoded: `\,`, `\C3\A9`, `"…"`, `#0C03414243`. */
function valueOf(written: string): string | undefined {
  const text = trimUnescaped(written);
  if (text.startsWith('#')) return berValue(text.slice(1));
  const inner = /^"(.*)"$/s.exec(text)?.[1] ?? text;
  const bytes: Buffer[] = [];
  for (let at = 0; at < inner.length; at++) {
    const char = inner.charAt(at);
    if (char !== '\\') {
      const code = inner.codePointAt(at) ?? 0;
      bytes.push(Buffer.from(String.fromCodePoint(code)));
      if (code > 0xffff) at++;
      continue;
    }
    const hex = /^[0-9A-Fa-f]{2}/.exec(inner.slice(at + 1, at + 3))?.[0];
    const escaped = inner.charAt(at + 1);
    if (hex !== undefined) bytes.push(Buffer.from(hex, 'hex'));
    else if (/^[ "#+,;<=>\\]$/.test(escaped)) bytes.push(Buffer.from(escaped));
    else return undefined;
    at += hex === undefined ? 1 : 2;
  }
  return utf8(Buffer.concat(bytes));
}

/** Blanks around a value do not belong to it, unless escaped (RFC 4514 §2.4). */
function trimUnescaped(text: string): string {
  const trimmed = text.trim();
  const backslashes = /\\+$/.exec(trimmed)?.[0].length ?? 0;
  return backslashes % 2 === 1 && /\s$/.test(text) ? `${trimmed} ` : trimmed;
}

function berValue(hex: string): string | undefined {
  if (!/^([0-9A-Fa-f]{2})+$/.test(hex)) return undefined;
  try {
    return textOf(readTlv(Buffer.from(hex, 'hex')));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A Name in DER (RFC 5280 §4.1.2.4): what a certificate itself says. @throws DerError when it is none. */
export function dnOfDer(name: Buffer): Dn {
  const attributes: DnAttribute[] = [];
  for (const rdn of valuesOf(only(name, TAG.sequence).value)) {
    for (const item of valuesOf(expect(rdn, TAG.set).value)) {
      const [type, value] = [...valuesOf(expect(item, TAG.sequence).value)];
      if (type === undefined || value === undefined) throw new DerError('attribute');
      // A value that is no text can equal no text: kept as its bytes.
      attributes.push({ oid: oidOf(expect(type, TAG.oid)), value: textOf(value) ?? `#${value.raw.toString('hex')}` });
    }
  }
  return attributes;
}

/** Insignificant differences taken away (RFC 4518, caseIgnoreMatch): Unicode form, case, blanks. */
const folded = (value: string): string => value.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();

/**
 * One text for all names that are the same: the multiset of attributes, whatever their order, since certificates write
 * `C` first and lists `CN` first. Fit as a key of a map; never shown.
 */
export const dnKey = (dn: Dn): string =>
  JSON.stringify(dn.map(({ oid, value }) => `${oid}=${folded(value)}`).toSorted());

/** Are they the same name, attribute by attribute, none missing and none too many? */
export const sameDn = (a: Dn, b: Dn): boolean => dnKey(a) === dnKey(b);

/** Does a name hold every attribute of the pattern, with no second value for any type the pattern names? */
export function dnMatches(dn: Dn, pattern: Dn): boolean {
  const types = new Set(pattern.map(({ oid }) => oid));
  return sameDn(
    dn.filter(({ oid }) => types.has(oid)),
    pattern,
  );
}

/** RFC 4514 text of a name, in its own order: for people to read. */
export const formatDn = (dn: Dn): string => dn.map(({ oid, value }) => `${nameOf(oid)}=${escaped(value)}`).join(',');

const escaped = (value: string): string => value.replace(/["+,;<>\\]|^[ #]| $/g, '\\$&');
