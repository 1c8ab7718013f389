import { ParseOption, XmlDocument, XmlElement, XmlParseError, XmlText, XmlCData } from 'libxml2-wasm';

/** An element of an answer, detached from libxml2's memory. Attributes go by local name. */
export interface ParsedElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly ParsedElement[];
  /** Character data of this element alone, without its descendants'. */
  readonly text: string;
}

export type ParseProblem = 'not-utf8' | 'doctype' | 'not-well-formed' | 'too-deep' | 'too-many-elements';
export type ParseResult = { ok: true; root: ParsedElement } | { ok: false; problem: ParseProblem };

export const MAX_DEPTH = 64;
export const MAX_ELEMENTS = 50_000;

/** Local files, the network and entity substitution all stay out of reach. */
const OPTIONS = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE;

class LimitReached extends Error {
  constructor(readonly problem: ParseProblem) {
    super(problem);
  }
}

function detach(node: XmlElement, depth: number, count: { left: number }): ParsedElement {
  if (depth > MAX_DEPTH) throw new LimitReached('too-deep');
  if (--count.left < 0) throw new LimitReached('too-many-elements');
  const children: ParsedElement[] = [];
  let text = '';
  for (let child = node.firstChild; child !== null; child = child.next) {
    if (child instanceof XmlElement) children.push(detach(child, depth + 1, count));
    else if (child instanceof XmlText || child instanceof XmlCData) text += child.content;
  }
  const attributes = new Map(node.attrs.map((attribute) => [attribute.name, attribute.value]));
  return { namespace: node.namespaceUri, name: node.name, attributes, children, text };
}

/**
 * Read XML from outside: UTF-8 only, no DOCTYPE, at most MAX_DEPTH levels and MAX_ELEMENTS elements.
 * The caller bounds the size of `bytes`.
 */
export function parseXml(bytes: Uint8Array): ParseResult {
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, problem: 'not-utf8' };
  }
  // Refused before libxml2 reads it, so that no entity is ever declared.
  if (/<!DOCTYPE/i.test(source)) return { ok: false, problem: 'doctype' };
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromString(source.trimStart(), { option: OPTIONS });
    if (document.dtd !== null) return { ok: false, problem: 'doctype' };
    return { ok: true, root: detach(document.root, 1, { left: MAX_ELEMENTS }) };
  } catch (error) {
    if (error instanceof LimitReached) return { ok: false, problem: error.problem };
    if (error instanceof XmlParseError) return { ok: false, problem: 'not-well-formed' };
    throw error;
  } finally {
    document?.dispose();
  }
}

export const childrenNamed = (parent: ParsedElement, namespace: string, name: string): readonly ParsedElement[] =>
  parent.children.filter((child) => child.namespace === namespace && child.name === name);

export const childNamed = (parent: ParsedElement, namespace: string, name: string): ParsedElement | undefined =>
  childrenNamed(parent, namespace, name)[0];
