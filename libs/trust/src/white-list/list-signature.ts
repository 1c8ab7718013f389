import { XmlElement } from 'libxml2-wasm';
import {
  attributesOf,
  childrenOf,
  copyElement,
  type Element,
  leafText,
  OutsideProfile,
  sequenceOf,
} from '../xml/element.js';
import { instantOf } from './instant.js';
import {
  DIGEST_METHODS,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  type Hash,
  NS,
  SIGNATURE_METHODS,
  SIGNED_PROPERTIES_TYPE,
  type SignedForm,
  XPATH_FILTER2,
} from './profile.js';

export interface Digest {
  readonly hash: Hash;
  readonly value: Buffer;
}

/** What a signature of the profile says, nothing of it verified yet. */
export interface ListSignature {
  readonly form: SignedForm;
  readonly signedInfo: XmlElement;
  readonly signedProperties: XmlElement;
  readonly hash: Hash;
  readonly value: Buffer;
  readonly content: Digest;
  readonly properties: Digest;
  /** DER of every certificate in KeyInfo: candidates, trusted for nothing. */
  readonly certificates: readonly Buffer[];
  readonly signerDigest: Digest;
  /** Lower-case hexadecimal without leading zeros; undefined when the properties do not say it. */
  readonly signerSerial: string | undefined;
  readonly signingTime: Date;
}

const MAX_CERTIFICATES = 5;

/**
 * Reads a `ds:Signature` against the closed profile: every element and attribute has its place, and what has none is
 * refused (XML Signature §4, ETSI EN 319 132-1).
 * @throws OutsideProfile
 */
export function readListSignature(node: XmlElement): ListSignature {
  const signature = copyElement(node);
  const { Id } = attributesOf(signature, ['Id']);
  const parts = sequenceOf(signature, NS.ds, ['SignedInfo', 'SignatureValue', 'KeyInfo', 'Object']);
  const [signedInfo, value, keyInfo, object] = parts as [Element, Element, Element, Element];
  uniqueIds(signature);
  attributesOf(value, ['Id']);
  const references = readSignedInfo(signedInfo);
  const properties = readProperties(object, Id, references);
  if ((references.form === 'filter2') !== (properties.version === 2)) {
    throw new OutsideProfile('transforms of one form with the signing certificate of the other');
  }
  return {
    form: references.form,
    signedInfo: signedInfo.node,
    signedProperties: properties.node,
    hash: references.hash,
    value: base64(value),
    content: references.content,
    properties: references.properties,
    certificates: certificatesIn(keyInfo),
    signerDigest: properties.signerDigest,
    signerSerial: properties.signerSerial,
    signingTime: properties.signingTime,
  };
}

interface References {
  readonly form: SignedForm;
  readonly hash: Hash;
  readonly content: Digest;
  readonly contentId: string | undefined;
  readonly properties: Digest;
  readonly propertiesId: string;
}

function readSignedInfo(signedInfo: Element): References {
  attributesOf(signedInfo, ['Id']);
  const names = ['CanonicalizationMethod', 'SignatureMethod', 'Reference', 'Reference'];
  const parts = sequenceOf(signedInfo, NS.ds, names) as [Element, Element, Element, Element];
  const [canonicalization, method, first, second] = parts;
  algorithmIs(canonicalization, EXCLUSIVE_C14N);
  const hash = SIGNATURE_METHODS[algorithmOf(method)];
  if (hash === undefined) throw new OutsideProfile(`signature method ${algorithmOf(method)}`);
  const content = readReference(first, ['Id', 'Type', 'URI']);
  if ((first.attributes['URI'] ?? '') !== '') throw new OutsideProfile('the first reference is not the document');
  if ((first.attributes['Type'] ?? '') !== '') throw new OutsideProfile('the first reference has a type');
  const properties = readReference(second, ['Id', 'Type', 'URI']);
  const { URI = '', Type } = second.attributes;
  if (Type !== SIGNED_PROPERTIES_TYPE || !/^#[^#]+$/.test(URI)) {
    throw new OutsideProfile('the second reference is not to the signed properties');
  }
  if (properties.transforms.length !== 1) throw new OutsideProfile('transforms of the signed properties');
  algorithmIs(properties.transforms[0]!, EXCLUSIVE_C14N);
  return {
    form: formOf(content.transforms),
    hash,
    content: content.digest,
    contentId: first.attributes['Id'],
    properties: properties.digest,
    propertiesId: URI.slice(1),
  };
}

/** Which of the two forms takes the signature out of what it signs; anything else signs something else. */
function formOf(transforms: readonly Element[]): SignedForm {
  const [removal, canonicalization, ...more] = transforms;
  if (!removal || !canonicalization || more.length > 0) throw new OutsideProfile('transforms of the document');
  algorithmIs(canonicalization, EXCLUSIVE_C14N);
  const { Algorithm } = attributesOf(removal, ['Algorithm']);
  if (Algorithm === ENVELOPED_SIGNATURE) {
    algorithmIs(removal, ENVELOPED_SIGNATURE);
    return 'enveloped';
  }
  if (Algorithm !== XPATH_FILTER2) throw new OutsideProfile(`transform ${Algorithm}`);
  const [xpath] = sequenceOf(removal, NS.filter2, ['XPath']) as [Element];
  const prefix = /^\/descendant::([A-Za-z_][\w.-]*):Signature$/.exec(leafText(xpath))?.[1];
  const subtracts = attributesOf(xpath, ['Filter'])['Filter'] === 'subtract';
  if (!subtracts || prefix === undefined || xpath.node.namespaceForPrefix(prefix) !== NS.ds) {
    throw new OutsideProfile('an XPath filter that does not subtract the signature');
  }
  return 'filter2';
}

function readReference(
  reference: Element,
  attributes: readonly string[],
): { transforms: readonly Element[]; digest: Digest } {
  attributesOf(reference, attributes);
  const parts = sequenceOf(reference, NS.ds, ['Transforms', 'DigestMethod', 'DigestValue']);
  const [transforms, method, value] = parts as [Element, Element, Element];
  attributesOf(transforms, []);
  for (const { namespace, name } of transforms.children) {
    if (namespace !== NS.ds || name !== 'Transform') throw new OutsideProfile(`${name} among transforms`);
  }
  return { transforms: transforms.children, digest: digestOf(method, value) };
}

interface Properties {
  readonly node: XmlElement;
  readonly version: 1 | 2;
  readonly signingTime: Date;
  readonly signerDigest: Digest;
  readonly signerSerial: string | undefined;
}

function readProperties(object: Element, signatureId: string | undefined, references: References): Properties {
  attributesOf(object, []);
  const [qualifying] = sequenceOf(object, NS.xades, ['QualifyingProperties']) as [Element];
  const { Target } = attributesOf(qualifying, ['Target', 'Id']);
  if (signatureId === undefined || Target !== `#${signatureId}`)
    throw new OutsideProfile('Target is not the signature');
  const [signed] = sequenceOf(qualifying, NS.xades, ['SignedProperties']) as [Element];
  if (attributesOf(signed, ['Id'])['Id'] !== references.propertiesId) {
    throw new OutsideProfile('the signed properties are not those referred to');
  }
  const [ofSignature, ofData] = childrenOf(signed, NS.xades, [
    'SignedSignatureProperties',
    'SignedDataObjectProperties?',
  ]);
  attributesOf(ofSignature!, ['Id']);
  if (ofData) checkDataObject(ofData, references.contentId);
  const version = ofSignature!.children[1]?.name === 'SigningCertificateV2' ? 2 : 1;
  const certificateName = version === 2 ? 'SigningCertificateV2' : 'SigningCertificate';
  const parts = sequenceOf(ofSignature!, NS.xades, ['SigningTime', certificateName]) as [Element, Element];
  const [time, signer] = parts;
  const signingTime = instantOf(leafText(time));
  if (!signingTime) throw new OutsideProfile('SigningTime is no instant');
  const [certificate] = sequenceOf(signer, NS.xades, ['Cert']) as [Element];
  const serialName = version === 2 ? 'IssuerSerialV2' : 'IssuerSerial';
  const [digest, serial] = childrenOf(certificate, NS.xades, ['CertDigest', `${serialName}?`]);
  const [method, value] = sequenceOf(digest!, NS.ds, ['DigestMethod', 'DigestValue']) as [Element, Element];
  return {
    node: signed.node,
    version,
    signingTime,
    signerDigest: digestOf(method, value),
    signerSerial: serial && (version === 2 ? serialOfDer(serial) : serialOfXml(serial)),
  };
}

function checkDataObject(element: Element, contentId: string | undefined): void {
  const [format] = sequenceOf(element, NS.xades, ['DataObjectFormat']) as [Element];
  const { ObjectReference } = attributesOf(format, ['ObjectReference']);
  if (contentId === undefined || ObjectReference !== `#${contentId}`) {
    throw new OutsideProfile('DataObjectFormat is not about the document');
  }
  childrenOf(format, NS.xades, ['Description?', 'MimeType?', 'Encoding?']);
}

/**
 * Serial number at the end of an IssuerSerial (RFC 5035 §5.4.1). The issuer's name beside it is not compared: the
 * digest binds the certificate, and tools write names in ways of their own.
 */
function serialOfDer(element: Element): string {
  const der = base64(element);
  const [outer, length = 0] = [der[0], der[1]];
  const start = length < 0x80 ? 2 : 2 + (length & 0x7f);
  const names = der.subarray(start);
  const namesLength = names[1] ?? 0;
  const after =
    namesLength < 0x80
      ? 2 + namesLength
      : 2 + (namesLength & 0x7f) + Number.parseInt(names.toString('hex', 2, 2 + (namesLength & 0x7f)) || '0', 16);
  const serial = names.subarray(after);
  if (outer !== 0x30 || serial[0] !== 0x02 || serial[1] !== serial.length - 2) {
    throw new OutsideProfile('IssuerSerialV2 cannot be read');
  }
  return serial.toString('hex', 2).replace(/^0+(?=.)/, '');
}

function serialOfXml(element: Element): string {
  const [, serial] = sequenceOf(element, NS.ds, ['X509IssuerName', 'X509SerialNumber']) as [Element, Element];
  const digits = leafText(serial);
  if (!/^\d{1,60}$/.test(digits)) throw new OutsideProfile('X509SerialNumber is no number');
  return BigInt(digits).toString(16);
}

function certificatesIn(keyInfo: Element): Buffer[] {
  attributesOf(keyInfo, ['Id']);
  const [data] = sequenceOf(keyInfo, NS.ds, ['X509Data']) as [Element];
  attributesOf(data, []);
  const known = ['X509Certificate', 'X509SubjectName', 'X509IssuerSerial', 'X509SKI'];
  const other = data.children.find(({ namespace, name }) => namespace !== NS.ds || !known.includes(name));
  if (other) throw new OutsideProfile(`${other.name} in X509Data`);
  const certificates = data.children.filter(({ name }) => name === 'X509Certificate').map(base64);
  if (certificates.length === 0 || certificates.length > MAX_CERTIFICATES) {
    throw new OutsideProfile(`${certificates.length} certificates in X509Data`);
  }
  return certificates;
}

const algorithmOf = (element: Element): string => attributesOf(element, ['Algorithm'])['Algorithm'] ?? '';

/** An algorithm that takes no parameter: an InclusiveNamespaces would change what is signed. */
function algorithmIs(element: Element, wanted: string): void {
  if (algorithmOf(element) !== wanted) throw new OutsideProfile(`${element.name} ${algorithmOf(element)}`);
  if (leafText(element) !== '') throw new OutsideProfile(`a parameter in ${element.name}`);
}

const BYTES: Readonly<Record<Hash, number>> = { sha256: 32, sha384: 48, sha512: 64 };

function digestOf(method: Element, element: Element): Digest {
  const hash = DIGEST_METHODS[algorithmOf(method)];
  if (hash === undefined || leafText(method) !== '') throw new OutsideProfile(`digest method ${algorithmOf(method)}`);
  attributesOf(element, []);
  const value = base64(element);
  if (value.length !== BYTES[hash]) throw new OutsideProfile('a digest of another length');
  return { hash, value };
}

function base64(element: Element): Buffer {
  const text = leafText(element).replace(/\s+/g, '');
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new OutsideProfile(`${element.name} is not base64`);
  }
  return Buffer.from(text, 'base64');
}

function uniqueIds(signature: Element): void {
  const seen = new Set<string>();
  const visit = ({ attributes, children, name }: Element): void => {
    for (const [attribute, value] of Object.entries(attributes)) {
      if (attribute.toLowerCase() !== 'id') continue;
      if (attribute !== 'Id' || seen.has(value)) throw new OutsideProfile(`the Id of ${name} is given twice`);
      seen.add(value);
    }
    children.forEach(visit);
  };
  visit(signature);
}
