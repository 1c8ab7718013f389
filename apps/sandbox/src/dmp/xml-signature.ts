import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
import { DIGEST_METHODS, NS, SIGNATURE_METHODS } from './dmp-rules.js';
import type { Trust } from './pki.js';
import { runTool } from './tool.js';
import { bad, good } from './verdict.js';
import type { Checked } from './verdict.js';
import { childrenOf, onlyChild } from './xml.js';
import type { Element } from './xml.js';

export interface Reference {
  readonly uri: string;
  readonly type: string;
  readonly transforms: readonly string[];
  readonly digestMethod: string;
  readonly digestValue: string;
}

/** Shape of a ds:Signature (XML-DSIG §4), before its mathematics. */
export interface SignatureShape {
  readonly canonicalization: string;
  readonly references: readonly Reference[];
  readonly certificate: X509Certificate;
}

/** Reads the signature; only listed algorithms and one embedded certificate are accepted. */
export const readSignature = (signature: Element): Checked<SignatureShape, string> => {
  const info = onlyChild(signature, NS.ds, 'SignedInfo');
  if (info === undefined) return bad('ds:SignedInfo must occur once');
  const method = onlyChild(info, NS.ds, 'SignatureMethod')?.attributes.Algorithm ?? '';
  if (!SIGNATURE_METHODS.includes(method)) return bad('signature algorithm not accepted');
  const references = readReferences(info);
  if (references.some(({ digestMethod }) => !(digestMethod in DIGEST_METHODS)))
    return bad('digest algorithm not accepted');

  const keyInfo = onlyChild(signature, NS.ds, 'KeyInfo');
  const data = keyInfo && onlyChild(keyInfo, NS.ds, 'X509Data');
  const embedded = data && onlyChild(data, NS.ds, 'X509Certificate');
  if (keyInfo?.children.length !== 1 || embedded === undefined)
    return bad('ds:KeyInfo must hold one X509Data with one X509Certificate');
  try {
    return good({
      canonicalization: onlyChild(info, NS.ds, 'CanonicalizationMethod')?.attributes.Algorithm ?? '',
      references,
      certificate: new X509Certificate(Buffer.from(embedded.text, 'base64')),
    });
  } catch {
    return bad('the X509Certificate cannot be read');
  }
};

/** The ds:Reference children of a SignedInfo or a Manifest. */
export const readReferences = (parent: Element): Reference[] =>
  childrenOf(parent, NS.ds, 'Reference').map((reference) => {
    const transforms = onlyChild(reference, NS.ds, 'Transforms');
    return {
      uri: reference.attributes.URI ?? '',
      type: reference.attributes.Type ?? '',
      transforms: transforms ? childrenOf(transforms, NS.ds, 'Transform').map((t) => t.attributes.Algorithm ?? '') : [],
      digestMethod: onlyChild(reference, NS.ds, 'DigestMethod')?.attributes.Algorithm ?? '',
      digestValue: onlyChild(reference, NS.ds, 'DigestValue')?.text.replace(/\s/g, '') ?? '',
    };
  });

/**
 * Verifies the only signature of `xml` with the xmlsec1 program: key from the embedded certificate only, its chain up to
 * the sandbox root at `at`, references inside the document only; then the CRLs (xmlsec1 1.2 reads none).
 * `idAttributes`: `attribute namespace:element` of what may be referenced.
 */
export const verifySignature = async (
  xml: Buffer,
  certificate: X509Certificate,
  trust: Trust,
  at: Date,
  idAttributes: readonly { readonly attribute: string; readonly element: string }[],
): Promise<Checked<true, string>> => {
  if (trust.isRevoked(certificate)) return bad('the signing certificate is revoked');
  const files = { 'signed.xml': xml, 'root.pem': trust.roots, 'intermediate.pem': trust.intermediates };
  const { exitCode } = await runTool('xmlsec1', files, (dir) => [
    '--verify',
    '--enabled-key-data',
    'x509',
    '--enabled-reference-uris',
    'same-doc',
    '--ignore-manifests',
    '--trusted-pem',
    `${dir}/root.pem`,
    '--untrusted-pem',
    `${dir}/intermediate.pem`,
    '--verification-gmt-time',
    at.toISOString().slice(0, 19).replace('T', ' '),
    ...idAttributes.flatMap(({ attribute, element }) => [`--id-attr:${attribute}`, element]),
    `${dir}/signed.xml`,
  ]);
  return exitCode === 0 ? good(true) : bad('the signature does not verify against the sandbox IGC');
};
