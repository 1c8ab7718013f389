import { createHash } from 'node:crypto';
import {
  DIGEST_METHODS,
  MANIFEST_TYPE,
  NS,
  SIGNATURE_PURPOSE,
  SUBMISSION_SET_DIGEST,
  XADES_NAMESPACES,
} from './dmp-rules.js';
import { isSealCertificate, structureOf } from './pki.js';
import type { Trust } from './pki.js';
import { bad, good } from './verdict.js';
import type { Checked } from './verdict.js';
import { descendants, is, onlyChild, parseXml } from './xml.js';
import type { Element } from './xml.js';
import { readReferences, readSignature, verifySignature } from './xml-signature.js';
import type { SignatureShape } from './xml-signature.js';

export interface SignedSubmission {
  readonly submissionSetUniqueId: string;
  /** Documents other than the signature: uniqueId → bytes. */
  readonly documents: ReadonlyMap<string, Buffer>;
}

/**
 * Checks the XAdES signature of a submission set (interop §6.5): the manifest names the set and each document with the
 * digest of its bytes, the signature covers manifest and signed properties, the signer is the structure's ORG SIGN.
 */
export const checkSubmissionSignature = async (
  file: Buffer,
  submission: SignedSubmission,
  signer: { readonly trust: Trust; readonly structure: string; readonly now: Date },
): Promise<Checked<true, string>> => {
  const parsed = parseXml(file);
  if (!parsed.ok) return bad(`signature file: ${parsed.reason}`);
  const { root } = parsed;
  if (!is(root, NS.ds, 'Signature')) return bad('the signature file is not a ds:Signature');
  const all = [...descendants(root)];
  const manifests = all.filter((element) => is(element, NS.ds, 'Manifest'));
  const properties = all.filter(
    (element) => element.name === 'SignedProperties' && XADES_NAMESPACES.includes(element.ns),
  );
  const ids = all.flatMap(({ attributes }) => attributes.Id ?? []);
  if (manifests.length !== 1 || properties.length !== 1 || new Set(ids).size !== ids.length)
    return bad('one Manifest, one SignedProperties and distinct Ids are required');
  const [manifest, signedProperties] = [manifests[0]!, properties[0]!];

  const shape = readSignature(root);
  if (!shape.ok) return shape;
  if (!coversBoth(shape.value, manifest, signedProperties))
    return bad('SignedInfo must reference the Manifest and the SignedProperties, nothing else');
  if (!all.some((e) => is(e, NS.ds, 'SignatureProperty') && e.text.trim() === SIGNATURE_PURPOSE))
    return bad('SignatureProperty with the purpose is missing');
  const digests = checkManifest(manifest, submission);
  if (!digests.ok) return digests;
  const named = checkSigningCertificate(signedProperties, shape.value);
  if (!named.ok) return named;
  if (!isSealCertificate(shape.value.certificate) || structureOf(shape.value.certificate) !== signer.structure)
    return bad('the signer is not the ORG SIGN certificate of the structure');
  return verifySignature(file, shape.value.certificate, signer.trust, signer.now, [
    { attribute: 'Id', element: `${NS.ds}:Manifest` },
    { attribute: 'Id', element: `${signedProperties.ns}:SignedProperties` },
  ]);
};

const coversBoth = ({ references }: SignatureShape, manifest: Element, properties: Element): boolean => {
  const reference = (id: string | undefined) => references.find(({ uri }) => id !== undefined && uri === `#${id}`);
  return (
    references.length === 2 &&
    reference(manifest.attributes.Id)?.type === MANIFEST_TYPE &&
    signedPropertiesTypes(properties.ns).includes(reference(properties.attributes.Id)?.type ?? '') &&
    // A transform could select nothing of what it claims to cover; only canonicalisation may stand there.
    references.every(({ transforms }) => transforms.every((transform) => /c14n/.test(transform)))
  );
};

/** XAdES 1.1.1 (the published request) spells the version in the type, later versions do not (ETSI TS 101 903 §6.3.1). */
const signedPropertiesTypes = (ns: string): string[] => [
  `${ns}SignedProperties`,
  'http://uri.etsi.org/01903#SignedProperties',
];

/** The manifest is compared by value: the verifier cannot follow `urn:oid:` references. */
const checkManifest = (manifest: Element, submission: SignedSubmission): Checked<true, string> => {
  const references = readReferences(manifest);
  const find = (uniqueId: string) => references.filter(({ uri }) => uri === `urn:oid:${uniqueId}`);
  const set = find(submission.submissionSetUniqueId);
  if (set.length !== 1 || set[0]!.digestValue !== SUBMISSION_SET_DIGEST)
    return bad('the manifest does not name this submission set with digest AA==');
  for (const [uniqueId, bytes] of submission.documents) {
    const [reference, ...others] = find(uniqueId);
    if (reference === undefined || others.length > 0) return bad('the manifest must name each document once');
    const algorithm = DIGEST_METHODS[reference.digestMethod];
    if (algorithm === undefined || reference.transforms.length > 0)
      return bad('a manifest reference has a transform or an unknown digest algorithm');
    if (createHash(algorithm).update(bytes).digest('base64') !== reference.digestValue)
      return bad('a manifest digest is not that of the attached document');
  }
  return references.length === submission.documents.size + 1
    ? good(true)
    : bad('the manifest names something that is not submitted');
};

/** XAdES 1.1.1 has these in its own namespace, as the published request shows; later versions in that of XML-DSIG. */
const digestChild = (digest: Element, name: string): Element | undefined =>
  onlyChild(digest, digest.ns, name) ?? onlyChild(digest, NS.ds, name);

/** XAdES SigningCertificate: digest and serial of the certificate in KeyInfo. */
const checkSigningCertificate = (properties: Element, { certificate }: SignatureShape): Checked<true, string> => {
  const certificates = [...descendants(properties)].filter(({ name, ns }) => name === 'Cert' && ns === properties.ns);
  const digest = certificates.length === 1 ? onlyChild(certificates[0]!, properties.ns, 'CertDigest') : undefined;
  const algorithm = digest && DIGEST_METHODS[digestChild(digest, 'DigestMethod')?.attributes.Algorithm ?? ''];
  const value = digest && digestChild(digest, 'DigestValue')?.text.trim();
  const serial = [...descendants(properties)].find((element) => is(element, NS.ds, 'X509SerialNumber'))?.text.trim();
  const matches =
    algorithm !== undefined &&
    createHash(algorithm).update(Buffer.from(certificate.rawData)).digest('base64') === value &&
    /^\d{1,60}$/.test(serial ?? '') &&
    BigInt(serial!) === BigInt(`0x${certificate.serialNumber}`);
  const times = [...descendants(properties)].filter(({ name }) => name === 'SigningTime');
  if (times.length !== 1 || Number.isNaN(Date.parse(times[0]!.text.trim()))) return bad('SigningTime is missing');
  return matches ? good(true) : bad('SigningCertificate is not the certificate of the signature');
};
