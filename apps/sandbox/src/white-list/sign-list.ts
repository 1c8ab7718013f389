import { createHash, X509Certificate } from 'node:crypto';
import { sign } from '../dmp/reference-signature.js';
import { escapeXml } from '../dmp/xml.js';
import type { KeyPair } from '../pki/authority.js';
import type { ListDraft, ListForm } from './list-form.js';

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const XADES = 'http://uri.etsi.org/01903/v1.3.2#';
const FILTER2 = 'http://www.w3.org/2002/06/xmldsig-filter2';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const SHA512 = 'http://www.w3.org/2001/04/xmlenc#sha512';
const NAMESPACE: Readonly<Record<ListForm, string>> = {
  filter2: 'https://listeblanche.mesimagesmedicales.fr/schema',
  enveloped: 'https://github.com/ansforge/DRIM-M_DATA',
};

/** A list as the national publisher signs it, carried out by the xmlsec1 program: no code of the product has a part in it. */
export async function signList(draft: ListDraft, signer: KeyPair): Promise<string> {
  const template = unsignedList(draft, signatureTemplate(draft, signer));
  const signed = await sign(template, signer, ['--id-attr:Id', `${XADES}:SignedProperties`]);
  const body = signed.slice(signed.indexOf('<ListeBlanche')).trimEnd();
  // The form of 2026 has no XML declaration and CRLF line ends.
  return draft.form === 'filter2'
    ? `<?xml version="1.0" encoding="UTF-8" standalone="no"?>${body}`
    : body.replaceAll('\n', '\r\n');
}

/** The same content, with what is given at the place of the signature. */
export const unsignedList = ({ form, generatedAt, entries }: ListDraft, signature = ''): string =>
  `<ListeBlancheDRIM-M xmlns="${NAMESPACE[form]}" versionFormat="1.0.0">\n` +
  `  <DateDeGeneration>${instant(generatedAt)}</DateDeGeneration>\n  <ListeDomaines>\n` +
  entries
    .map(
      ({ db, vi, operator, dn }, index) =>
        `    <Domaine>\n      <Identifiant>${index + 1}</Identifiant>\n      <db>${escapeXml(db)}</db>\n      <vi>${escapeXml(vi)}</vi>\n` +
        `      <Denomination>${escapeXml(operator)}</Denomination>\n` +
        `      <DNCertificatOperateur>${escapeXml(dn)}</DNCertificatOperateur>\n` +
        `      <SupportContact>support@sandbox.test</SupportContact>\n` +
        `      <DateMAJ>${instant(generatedAt)}</DateMAJ>\n    </Domaine>\n`,
    )
    .join('') +
  `  </ListeDomaines>\n${signature}</ListeBlancheDRIM-M>`;

/** Seconds, as the national list writes its dates. */
const instant = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

function signatureTemplate({ form, signingTime }: ListDraft, signer: KeyPair): string {
  const certificate = new X509Certificate(signer.certificate);
  const p = form === 'filter2' ? 'ds:' : '';
  const id = createHash('sha256').update(signingTime.toISOString()).update(certificate.raw).digest('hex').slice(0, 32);
  const removal =
    form === 'filter2'
      ? `<ds:Transform Algorithm="${FILTER2}"><dsig-filter2:XPath xmlns:dsig-filter2="${FILTER2}" Filter="subtract">` +
        `/descendant::ds:Signature</dsig-filter2:XPath></ds:Transform>`
      : `<Transform Algorithm="${DS}enveloped-signature"/>`;
  const reference = (attributes: string, transform: string): string =>
    `<${p}Reference ${attributes}><${p}Transforms>${transform}<${p}Transform Algorithm="${EXCLUSIVE_C14N}"/></${p}Transforms>` +
    `<${p}DigestMethod Algorithm="${SHA256}"/><${p}DigestValue/></${p}Reference>`;
  return (
    `<${p}Signature ${form === 'filter2' ? 'xmlns:ds' : 'xmlns'}="${DS}" Id="id-${id}"><${p}SignedInfo>` +
    `<${p}CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"/>` +
    `<${p}SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>` +
    reference(`Id="r-id-${id}-1" URI=""`, removal) +
    reference(`Type="http://uri.etsi.org/01903#SignedProperties" URI="#xades-id-${id}"`, '') +
    `</${p}SignedInfo><${p}SignatureValue Id="value-id-${id}"/>` +
    `<${p}KeyInfo><${p}X509Data><${p}X509Certificate/></${p}X509Data></${p}KeyInfo>` +
    `<${p}Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="#id-${id}">` +
    `<xades:SignedProperties Id="xades-id-${id}"><xades:SignedSignatureProperties>` +
    `<xades:SigningTime>${instant(signingTime)}</xades:SigningTime>${signingCertificate(form, p, certificate)}` +
    `</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>` +
    `<xades:DataObjectFormat ObjectReference="#r-id-${id}-1"><xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat>` +
    `</xades:SignedDataObjectProperties></xades:SignedProperties></xades:QualifyingProperties></${p}Object></${p}Signature>`
  );
}

/** SigningCertificateV2 without its optional issuer in the first form, SigningCertificate in the second (ETSI EN 319 132-1 §5.2.2). */
function signingCertificate(form: ListForm, p: string, certificate: X509Certificate): string {
  const digest =
    `<xades:CertDigest><${p}DigestMethod Algorithm="${SHA512}"/>` +
    `<${p}DigestValue>${createHash('sha512').update(certificate.raw).digest('base64')}</${p}DigestValue></xades:CertDigest>`;
  if (form === 'filter2')
    return `<xades:SigningCertificateV2><xades:Cert>${digest}</xades:Cert></xades:SigningCertificateV2>`;
  const issuer = escapeXml(certificate.issuer.split('\n').toReversed().join(','));
  return (
    `<xades:SigningCertificate><xades:Cert>${digest}<xades:IssuerSerial><${p}X509IssuerName>${issuer}</${p}X509IssuerName>` +
    `<${p}X509SerialNumber>${BigInt(`0x${certificate.serialNumber}`)}</${p}X509SerialNumber></xades:IssuerSerial></xades:Cert></xades:SigningCertificate>`
  );
}
