import { ParseOption, XmlDocument, XmlError } from 'libxml2-wasm';

/** No network, no external entity, no catalogue, entities never substituted, libxml2's own bounds kept. */
const OPTIONS =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_NOWARNING;

/**
 * Parses bytes that the guard has let through, hands the document over, frees it. Undefined: not well formed, or such
 * that libxml2 cannot work on it (a relative namespace has no canonical form).
 */
export function withXml<T>(bytes: Uint8Array, use: (document: XmlDocument) => T): T | undefined {
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromBuffer(bytes, { option: OPTIONS });
    // The guard has looked for it already; a document with one is never used.
    return document.dtd ? undefined : use(document);
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  } finally {
    document?.dispose();
  }
}
