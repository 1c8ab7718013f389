import { ParseOption, XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import type { Xml } from '../xml/write.js';
import type { HashName } from './signer.js';

/** What a signature is made with: identifiers of XML Signature, and how to carry them out. */
export interface SignatureAlgorithms {
  readonly canonicalization: string;
  readonly signature: string;
  readonly digest: string;
  readonly hash: HashName;
  readonly exclusive: boolean;
  readonly comments: boolean;
}

/** RSA-SHA256 over exclusive canonical XML: VIHF, and the default of the submission-set signature. */
export const RSA_SHA256: SignatureAlgorithms = {
  canonicalization: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  hash: 'sha256',
  exclusive: true,
  comments: false,
};

/** The submission-set signature as the official samples of 2023 carry it. */
export const RSA_SHA1: SignatureAlgorithms = {
  canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
  hash: 'sha1',
  exclusive: false,
  comments: true,
};

/**
 * Canonical form of a whole element (C14N 1.0, or exclusive C14N). The element must declare every namespace it uses
 * and stand in a document that adds none, so that its form alone is its form in place.
 */
export function canonical(part: Xml, algorithms: Pick<SignatureAlgorithms, 'exclusive' | 'comments'>): string {
  const document = XmlDocument.fromString(part.xml, { option: ParseOption.XML_PARSE_NONET });
  try {
    return document.root.canonicalizeToString({
      mode: algorithms.exclusive ? XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 : XmlC14NMode.XML_C14N_1_0,
      withComments: algorithms.comments,
    });
  } finally {
    document.dispose();
  }
}
