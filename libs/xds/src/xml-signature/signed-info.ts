import { element, type Xml } from '../xml/write.js';
import { canonical, type SignatureAlgorithms } from './canonical.js';
import { rsaSignature, type Signer } from './signer.js';

export const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';

export interface Reference {
  readonly uri: string;
  readonly type?: string;
  readonly transforms?: readonly string[];
  /** Digest in base64. */
  readonly digest: string;
}

/** ds:Reference; `prefix` is `ds:` or empty. */
export const reference = (prefix: string, algorithms: SignatureAlgorithms, of: Reference): Xml =>
  element(
    `${prefix}Reference`,
    { Type: of.type, URI: of.uri },
    of.transforms &&
      element(
        `${prefix}Transforms`,
        {},
        ...of.transforms.map((Algorithm) => element(`${prefix}Transform`, { Algorithm })),
      ),
    element(`${prefix}DigestMethod`, { Algorithm: algorithms.digest }),
    element(`${prefix}DigestValue`, {}, of.digest),
  );

/** SignedInfo, SignatureValue and KeyInfo (XML Signature §4.2–4.5). SignedInfo declares its own namespace: see `canonical`. */
export function sealedParts(
  prefix: '' | 'ds:',
  algorithms: SignatureAlgorithms,
  references: readonly Reference[],
  signer: Signer,
): readonly [signedInfo: Xml, signatureValue: Xml, keyInfo: Xml] {
  const signedInfo = element(
    `${prefix}SignedInfo`,
    { [prefix === '' ? 'xmlns' : 'xmlns:ds']: XMLDSIG },
    element(`${prefix}CanonicalizationMethod`, { Algorithm: algorithms.canonicalization }),
    element(`${prefix}SignatureMethod`, { Algorithm: algorithms.signature }),
    ...references.map((one) => reference(prefix, algorithms, one)),
  );
  const value = rsaSignature(algorithms.hash, canonical(signedInfo, algorithms), signer.key);
  const certificate = element(`${prefix}X509Certificate`, {}, signer.certificate.raw.toString('base64'));
  return [
    signedInfo,
    element(`${prefix}SignatureValue`, {}, value),
    element(`${prefix}KeyInfo`, {}, element(`${prefix}X509Data`, {}, certificate)),
  ];
}
