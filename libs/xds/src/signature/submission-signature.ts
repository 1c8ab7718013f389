import { canonical, RSA_SHA1, RSA_SHA256, type SignatureAlgorithms } from '../xml-signature/canonical.js';
import { reference, sealedParts, XMLDSIG, type Reference } from '../xml-signature/signed-info.js';
import { digestBase64, distinguishedName, type Signer } from '../xml-signature/signer.js';
import { element, type Xml } from '../xml/write.js';
import { SIGNATURE_PURPOSE, SUBMISSION_SET_DIGEST } from '../xds-constants.js';
import type { XdsSettings } from '../xds-settings.js';

const XADES = 'http://uri.etsi.org/01903/v1.1.1#';
const MANIFEST_ID = 'IHEManifest';
const PROPERTIES_ID = 'S0-SignedProperties';
const ALGORITHMS = { 'rsa-sha1': RSA_SHA1, 'rsa-sha256': RSA_SHA256 } as const;

export interface SubmissionSignatureInput {
  /** uniqueId of the signature document, also the Id of its ds:Signature as in the DMP samples. */
  readonly uniqueId: string;
  readonly submissionSetUniqueId: string;
  readonly documents: readonly { readonly uniqueId: string; readonly bytes: Uint8Array }[];
  readonly signedAt: Date;
}

/** `urn:oid:<submission set>` with its constant digest, then one reference per document over its raw bytes (IHE DSG). */
function manifest(input: SubmissionSignatureInput, algorithms: SignatureAlgorithms): Xml {
  const references: readonly Reference[] = [
    { uri: `urn:oid:${input.submissionSetUniqueId}`, digest: SUBMISSION_SET_DIGEST },
    ...input.documents.map(({ uniqueId, bytes }) => ({
      uri: `urn:oid:${uniqueId}`,
      digest: digestBase64(algorithms.hash, bytes),
    })),
  ];
  return element(
    'Manifest',
    { xmlns: XMLDSIG, Id: MANIFEST_ID },
    ...references.map((one) => reference('', algorithms, one)),
  );
}

/** XAdES v1.1.1 signed properties: time, certificate, implied policy. */
function signedProperties({ certificate }: Signer, signedAt: Date, algorithms: SignatureAlgorithms): Xml {
  const serial = BigInt(`0x${certificate.serialNumber}`).toString();
  const signingCertificate = element(
    'Cert',
    {},
    element(
      'CertDigest',
      {},
      element('DigestMethod', { Algorithm: algorithms.digest }),
      element('DigestValue', {}, digestBase64(algorithms.hash, certificate.raw)),
    ),
    element(
      'IssuerSerial',
      {},
      element('X509IssuerName', { xmlns: XMLDSIG }, distinguishedName(certificate.issuer)),
      element('X509SerialNumber', { xmlns: XMLDSIG }, serial),
    ),
  );
  return element(
    'SignedProperties',
    { xmlns: XADES, Id: PROPERTIES_ID },
    element(
      'SignedSignatureProperties',
      {},
      element('SigningTime', {}, signedAt.toISOString()),
      element('SigningCertificate', {}, signingCertificate),
      element('SignaturePolicyIdentifier', {}, element('SignaturePolicyImplied', {})),
    ),
    element('SignedDataObjectProperties', {}),
  );
}

/** The signature document of a submission set (interop §6.5), as the UTF-8 text that is hashed, archived and sent. */
export function submissionSignature(
  input: SubmissionSignatureInput,
  signer: Signer,
  settings: Pick<XdsSettings, 'signatureAlgorithms'>,
): string {
  const algorithms = ALGORITHMS[settings.signatureAlgorithms];
  const documents = manifest(input, algorithms);
  const properties = signedProperties(signer, input.signedAt, algorithms);
  // Without a transform a verifier takes inclusive C14N without comments (XML Signature §4.4.3.2).
  const transforms = algorithms.exclusive ? [algorithms.canonicalization] : undefined;
  const digestOf = (part: Xml): string =>
    digestBase64(algorithms.hash, canonical(part, { exclusive: algorithms.exclusive, comments: false }));
  const references: readonly Reference[] = [
    { type: `${XMLDSIG}Manifest`, uri: `#${MANIFEST_ID}`, transforms, digest: digestOf(documents) },
    { type: `${XADES}SignedProperties`, uri: `#${PROPERTIES_ID}`, transforms, digest: digestOf(properties) },
  ];
  const target = `#${input.uniqueId}`;
  const purpose = element('SignatureProperty', { Id: 'purposeOfSignature', Target: target }, SIGNATURE_PURPOSE.code);
  const document = element(
    'Signature',
    { xmlns: XMLDSIG, Id: input.uniqueId },
    ...sealedParts('', algorithms, references, signer),
    element('Object', {}, element('SignatureProperties', {}, purpose)),
    element('Object', {}, documents),
    element('Object', {}, element('QualifyingProperties', { xmlns: XADES, Target: target }, properties)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document.xml}`;
}
