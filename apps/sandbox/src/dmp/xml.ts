import { ParseOption, XmlDocument, XmlCData, XmlElement, XmlText } from 'libxml2-wasm';
import { LIMITS, NS } from './dmp-rules.js';

/** A parsed element as plain data: no parser object, no entity, no comment is left in it. */
export interface Element {
  readonly ns: string;
  readonly name: string;
  /** Attributes by local name, or by `{namespace}name` when they have one. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Text directly inside, concatenated: the same string exclusive canonicalisation gives once comments are gone. */
  readonly text: string;
}

export type ParsedXml = { readonly ok: true; readonly root: Element } | { readonly ok: false; readonly reason: string };

/** Parses UTF-8 XML from a stranger. A DOCTYPE, another encoding, or more than LIMITS.xmlDepth levels are refused. */
export const parseXml = (bytes: Buffer): ParsedXml => {
  // UTF-8 only, so that the search below sees what the parser will see.
  if (bytes.includes(0)) return { ok: false, reason: 'XML is not UTF-8' };
  if (bytes.includes('<!DOCTYPE')) return { ok: false, reason: 'DOCTYPE is forbidden' };
  const declared = /^\s*<\?xml[^>]*encoding=["']([^"']+)["']/.exec(bytes.subarray(0, 200).toString('latin1'));
  if (declared && declared[1]!.toUpperCase() !== 'UTF-8') return { ok: false, reason: 'XML is not UTF-8' };
  let document: XmlDocument;
  try {
    document = XmlDocument.fromBuffer(bytes, {
      option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NOCDATA,
    });
  } catch {
    // The parser's message quotes the document, hence traits.
    return { ok: false, reason: 'XML is not well formed' };
  }
  try {
    const root = toElement(document.root, 1);
    return root === undefined ? { ok: false, reason: 'XML is too deep' } : { ok: true, root };
  } finally {
    document.dispose();
  }
};

const toElement = (source: XmlElement, depth: number): Element | undefined => {
  if (depth > LIMITS.xmlDepth) return undefined;
  const children: Element[] = [];
  let text = '';
  for (let node = source.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlText || node instanceof XmlCData) text += node.content;
    if (!(node instanceof XmlElement)) continue;
    const child = toElement(node, depth + 1);
    if (child === undefined) return undefined;
    children.push(child);
  }
  const attributes: Record<string, string> = {};
  for (const attribute of source.attrs)
    attributes[attribute.namespaceUri ? `{${attribute.namespaceUri}}${attribute.name}` : attribute.name] =
      attribute.value;
  return { ns: source.namespaceUri, name: source.name, attributes, children, text };
};

export const is = (element: Element, ns: string, name: string): boolean => element.ns === ns && element.name === name;

export const childrenOf = (element: Element, ns: string, name: string): Element[] =>
  element.children.filter((child) => is(child, ns, name));

/** The only child of that name; undefined when there is none or more than one. */
export const onlyChild = (element: Element, ns: string, name: string): Element | undefined => {
  const found = childrenOf(element, ns, name);
  return found.length === 1 ? found[0] : undefined;
};

/** Every element below, itself included, in document order. */
export function* descendants(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* descendants(child);
}

export const escapeXml = (text: string): string =>
  text.replace(
    /[&<>"\t\r\n]/g,
    (char) =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\t': '&#9;', '\r': '&#13;', '\n': '&#10;' })[char]!,
  );

/** Writes an element with a default namespace declaration wherever it changes. */
export const serialize = (element: Element, inherited = ''): string => {
  let declarations = element.ns === inherited ? '' : ` xmlns="${escapeXml(element.ns)}"`;
  let attributes = '';
  Object.entries(element.attributes).forEach(([key, value], index) => {
    const [, ns, local] = /^\{(.*)\}(.*)$/.exec(key) ?? [undefined, undefined, key];
    const prefix = ns === undefined ? '' : ns === NS.xml ? 'xml:' : `a${index}:`;
    if (ns !== undefined && ns !== NS.xml) declarations += ` xmlns:a${index}="${escapeXml(ns)}"`;
    attributes += ` ${prefix}${local}="${escapeXml(value)}"`;
  });
  const content =
    element.children.length > 0
      ? element.children.map((child) => serialize(child, element.ns)).join('')
      : escapeXml(element.text);
  return `<${element.name}${declarations}${attributes}>${content}</${element.name}>`;
};
