import { ParseOption, XmlDocument, XmlLibError } from 'libxml2-wasm';

/** No network, no external entity, no catalogue, entities never substituted, libxml2's own bounds kept. */
const OPTIONS =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_NOWARNING;

/** Parses bytes that the guard has let through, hands the document over, frees it. Undefined: not well formed. */
export function withXml<T>(bytes: Uint8Array, use: (document: XmlDocument) => T): T | undefined {
  let document: XmlDocument;
  try {
    document = XmlDocument.fromBuffer(bytes, { option: OPTIONS });
  } catch (error) {
    if (error instanceof XmlLibError) return undefined;
    throw error;
  }
  try {
    // The guard has looked for it already; a document with one is never used.
    return document.dtd ? undefined : use(document);
  } finally {
    document.dispose();
  }
}
