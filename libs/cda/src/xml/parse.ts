import { ParseOption, XmlDocument, XmlLibError, type XmlElement } from 'libxml2-wasm';
import type { CdaFailure, CdaLimits } from '../limits.js';
import { guardMarkup } from './markup-guard.js';

/**
 * No network, no external entity, no catalogue; entities are never substituted. HUGE lifts libxml2's bound of 10 MB on a text node, which
 * an embedded PDF may pass: the bounds are then those of the guard.
 */
const OPTIONS =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_NOWARNING |
  ParseOption.XML_PARSE_COMPACT |
  ParseOption.XML_PARSE_HUGE;

export type Parsed<T> = { ok: true; value: T } | { ok: false; failure: CdaFailure };

/** Parses untrusted XML, hands its root element to `read`, and frees the document whatever happens. */
export function parseXml<T>(bytes: Buffer, limits: CdaLimits, read: (root: XmlElement) => Parsed<T>): Parsed<T> {
  const refusal = guardMarkup(bytes, limits);
  if (refusal) return { ok: false, failure: refusal };
  const parsed = open(bytes);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  try {
    if (document.dtd) return { ok: false, failure: { kind: 'doctype' } };
    return read(document.root);
  } finally {
    document.dispose();
  }
}

function open(bytes: Buffer): Parsed<XmlDocument> {
  try {
    return { ok: true, value: XmlDocument.fromBuffer(bytes, { option: OPTIONS }) };
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    // The message of libxml2 may quote the document: only the line is kept.
    const line = error.details[0]?.line;
    return { ok: false, failure: line === undefined ? { kind: 'not-well-formed' } : { kind: 'not-well-formed', line } };
  }
}
