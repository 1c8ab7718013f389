import { createHash, sign } from 'node:crypto';
import type { SignedForm } from '../white-list/profile.js';
import type { Issued } from './pki.js';

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const XADES = 'http://uri.etsi.org/01903/v1.3.2#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const OLD_NAMESPACE = 'https://listeblanche.mesimagesmedicales.fr/schema';
const NEW_NAMESPACE = 'https://github.com/ansforge/DRIM-M_DATA';

export interface TestEntry {
  readonly db: string;
  readonly dn: string;
  readonly vi?: string;
  /** Instead of the whole `Domaine`. */
  readonly xml?: string;
}

export interface ListOptions {
  readonly form?: SignedForm;
  readonly entries?: readonly TestEntry[];
  readonly generatedAt?: string;
  readonly signingTime?: string;
  readonly hash?: 'sha256' | 'sha384' | 'sha512' | 'sha1';
  readonly certHash?: 'sha256' | 'sha512' | 'sha1';
  readonly namespace?: string;
  /** The content of the root before the signature, already in canonical form. */
  readonly content?: string;
  /** Certificates in KeyInfo besides the signer's. */
  readonly further?: readonly Issued[];
  /** Changes parts before they are signed. */
  readonly signedInfo?: (xml: string) => string;
  readonly properties?: (xml: string) => string;
  readonly keyInfo?: (xml: string) => string;
  readonly mixForms?: boolean;
}

const METHOD = {
  sha1: [`${DS}rsa-sha1`, `${DS}sha1`],
  sha256: ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmlenc#sha256'],
  sha384: ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', 'http://www.w3.org/2001/04/xmldsig-more#sha384'],
  sha512: ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'http://www.w3.org/2001/04/xmlenc#sha512'],
} as const;

/** Invented operators. */
export const ENTRIES: readonly TestEntry[] = [
  {
    db: 'db1.991.mesimagesmedicales.fr',
    vi: 'vi1.991.mesimagesmedicales.fr',
    dn: 'CN=db1.991.mesimagesmedicales.fr,OU=318751275100020,O=OPERATEUR UN,ST=Paris (75),C=FR',
  },
  {
    db: 'db2.992.mesimagesmedicales.fr',
    dn: "CN=db2.992.mesimagesmedicales.fr, OU=318751275100021, O=OPÉRATEUR DEUX, ST=Côte-d'Or (21), C=FR",
  },
];

const entryXml = ({ db, vi, dn, xml }: TestEntry, index: number): string =>
  xml ??
  `<Domaine><Identifiant>${index + 1}</Identifiant><db>${db}</db><vi>${vi ?? ''}</vi><Denomination>Opérateur ${index + 1}</Denomination>` +
    `<DNCertificatOperateur>${dn}</DNCertificatOperateur><SupportContact>support@example.fr</SupportContact>` +
    `<DateMAJ>2026-06-01T00:00:00Z</DateMAJ></Domaine>`;

/**
 * Signs a list in one of the two forms, canonical forms written by hand: no canonicaliser of the product or of a tool
 * has a part in it.
 */
export function signList(signer: Issued, options: ListOptions = {}): string {
  const form = options.form ?? 'filter2';
  const p = form === 'filter2' ? 'ds:' : '';
  const xmlns = form === 'filter2' ? `xmlns:ds="${DS}"` : `xmlns="${DS}"`;
  const [method, digestMethod] = METHOD[options.hash ?? 'sha256'];
  const certHash = options.certHash ?? 'sha512';
  const propertiesHash = options.hash ?? 'sha256';
  const digest = (hash: string, data: string | Buffer): string => createHash(hash).update(data).digest('base64');

  const namespace = options.namespace ?? (form === 'filter2' ? OLD_NAMESPACE : NEW_NAMESPACE);
  const head = `<ListeBlancheDRIM-M xmlns="${namespace}" versionFormat="1.0.0">`;
  const content =
    options.content ??
    `\n    <DateDeGeneration>${options.generatedAt ?? '2026-06-19T18:06:52Z'}</DateDeGeneration>\n    <ListeDomaines>` +
      `${(options.entries ?? ENTRIES).map(entryXml).join('')}</ListeDomaines>\n\t`;
  const tail = '</ListeBlancheDRIM-M>';

  // `here` declares the signature namespace again: where exclusive canonicalisation must, inside the properties.
  const properties = (inCanonical: boolean): string => {
    const here = inCanonical ? ` ${xmlns}` : '';
    const apex = inCanonical ? ` xmlns:xades="${XADES}"` : '';
    const [, ofCert] = METHOD[certHash];
    const version = (form === 'filter2') !== (options.mixForms ?? false) ? 'V2' : '';
    const xml =
      `<xades:SignedProperties${apex} Id="xades-id-1"><xades:SignedSignatureProperties>` +
      `<xades:SigningTime>${options.signingTime ?? '2026-09-14T08:00:00Z'}</xades:SigningTime>` +
      `<xades:SigningCertificate${version}><xades:Cert><xades:CertDigest>` +
      `<${p}DigestMethod${here} Algorithm="${ofCert}"></${p}DigestMethod>` +
      `<${p}DigestValue${here}>${digest(certHash, signer.certificate.x509.raw)}</${p}DigestValue></xades:CertDigest>` +
      (version === 'V2'
        ? `<xades:IssuerSerialV2>${issuerSerial(signer)}</xades:IssuerSerialV2>`
        : `<xades:IssuerSerial><${p}X509IssuerName${here}>CN=AC</${p}X509IssuerName>` +
          `<${p}X509SerialNumber${here}>${BigInt(`0x${signer.certificate.serial}`)}</${p}X509SerialNumber></xades:IssuerSerial>`) +
      `</xades:Cert></xades:SigningCertificate${version}></xades:SignedSignatureProperties><xades:SignedDataObjectProperties>` +
      `<xades:DataObjectFormat ObjectReference="#r-id-1"><xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat>` +
      `</xades:SignedDataObjectProperties></xades:SignedProperties>`;
    return options.properties?.(xml) ?? xml;
  };
  const removal =
    form === 'filter2'
      ? `<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"><dsig-filter2:XPath ` +
        `xmlns:dsig-filter2="http://www.w3.org/2002/06/xmldsig-filter2" Filter="subtract">/descendant::ds:Signature</dsig-filter2:XPath></ds:Transform>`
      : `<Transform Algorithm="${DS}enveloped-signature"></Transform>`;
  const exclusive = `<${p}Transform Algorithm="${EXCLUSIVE}"></${p}Transform>`;
  const signedInfo = (inCanonical: boolean): string => {
    const xml =
      `<${p}SignedInfo${inCanonical ? ` ${xmlns}` : ''}><${p}CanonicalizationMethod Algorithm="${EXCLUSIVE}"></${p}CanonicalizationMethod>` +
      `<${p}SignatureMethod Algorithm="${method}"></${p}SignatureMethod>` +
      `<${p}Reference Id="r-id-1" URI=""><${p}Transforms>${removal}${exclusive}</${p}Transforms>` +
      `<${p}DigestMethod Algorithm="${digestMethod}"></${p}DigestMethod>` +
      `<${p}DigestValue>${digest(propertiesHash, head + content + tail)}</${p}DigestValue></${p}Reference>` +
      `<${p}Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#xades-id-1"><${p}Transforms>${exclusive}</${p}Transforms>` +
      `<${p}DigestMethod Algorithm="${digestMethod}"></${p}DigestMethod>` +
      `<${p}DigestValue>${digest(propertiesHash, properties(true))}</${p}DigestValue></${p}Reference></${p}SignedInfo>`;
    return options.signedInfo?.(xml) ?? xml;
  };
  const value = sign(options.hash ?? 'sha256', Buffer.from(signedInfo(true)), signer.keyPem).toString('base64');
  const certificates = [signer, ...(options.further ?? [])]
    .map(({ certificate }) => `<${p}X509Certificate>${certificate.x509.raw.toString('base64')}</${p}X509Certificate>`)
    .join('');
  const keyInfo = `<${p}KeyInfo><${p}X509Data>${certificates}</${p}X509Data></${p}KeyInfo>`;
  const signature =
    `<${p}Signature ${xmlns} Id="id-1">${signedInfo(false)}<${p}SignatureValue Id="value-id-1">${value}</${p}SignatureValue>` +
    `${options.keyInfo?.(keyInfo) ?? keyInfo}<${p}Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="#id-1">` +
    `${properties(false)}</xades:QualifyingProperties></${p}Object></${p}Signature>`;
  const declaration = form === 'filter2' ? '<?xml version="1.0" encoding="UTF-8" standalone="no"?>' : '';
  return declaration + head + content + signature + tail;
}

/** IssuerSerial in DER: { GeneralNames { [4] issuer }, serial } (RFC 5035 §5.4.1). */
function issuerSerial({ certificate }: Issued): string {
  const der = (tag: number, content: Buffer): Buffer => {
    const n = content.length;
    const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
    return Buffer.concat([Buffer.from([tag, ...length]), content]);
  };
  const names = der(0x30, der(0xa4, certificate.issuerDer));
  const serial = der(
    0x02,
    Buffer.from(certificate.serial.padStart(certificate.serial.length + (certificate.serial.length % 2), '0'), 'hex'),
  );
  return der(0x30, Buffer.concat([names, serial])).toString('base64');
}
