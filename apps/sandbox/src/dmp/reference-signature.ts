import { createHash, X509Certificate as NodeCertificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair } from '../pki/authority.js';
import { ENVELOPED, EXCLUSIVE_C14N, MANIFEST_TYPE, NS, SIGNATURE_PURPOSE } from './dmp-rules.js';
import { patientIdOf } from './reference-metadata.js';
import type { Facts } from './reference-metadata.js';
import { runTool } from './tool.js';
import { escapeXml } from './xml.js';

/** sha256 as in the ANS example, sha1 as in the published request. */
export type Algorithm = 'sha256' | 'sha1';

const METHODS = {
  sha256: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  sha1: { signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', digest: 'http://www.w3.org/2000/09/xmldsig#sha1' },
} as const;

/** Completes the signature template of `xml` with the xmlsec1 program: nothing here is shared with the product. */
export const sign = async (xml: string, signer: KeyPair, idAttributes: readonly string[]): Promise<string> => {
  let signed = '';
  const { exitCode } = await runTool(
    'xmlsec1',
    { 'template.xml': xml, 'key.pem': signer.key, 'certificate.pem': signer.certificate },
    (dir) => [
      '--sign',
      '--ignore-manifests',
      '--privkey-pem',
      `${dir}/key.pem,${dir}/certificate.pem`,
      ...idAttributes,
      '--output',
      `${dir}/signed.xml`,
      `${dir}/template.xml`,
    ],
    async (dir) => {
      signed = await readFile(join(dir, 'signed.xml'), 'utf8').catch(() => '');
    },
  );
  if (exitCode !== 0 || signed === '') throw new Error('xmlsec1 could not sign');
  return signed;
};

const template = (algorithm: Algorithm, references: string, canonicalization: string): string =>
  `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${canonicalization}"/>` +
  `<ds:SignatureMethod Algorithm="${METHODS[algorithm].signature}"/>${references}</ds:SignedInfo>` +
  `<ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo>`;

const attribute = (name: string, value: string): string =>
  `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;

const coded = (name: string, code: string, system: string): string =>
  `<${name} xmlns="${NS.hl7}" xmlns:xsi="${NS.xsi}" xsi:type="CE" code="${code}" codeSystem="${system}" displayName="x"/>`;

/** The assertion of the VIHF with an empty signature (interop §6.3). */
export const vihfTemplate = (facts: Facts, signer: KeyPair, assertionId: string, algorithm: Algorithm): string => {
  const dn = new NodeCertificate(signer.certificate).subject.split('\n').toReversed().join(', ');
  const instant = facts.now.toISOString();
  const reference =
    `<ds:Reference URI="#${assertionId}"><ds:Transforms><ds:Transform Algorithm="${ENVELOPED}"/>` +
    `<ds:Transform Algorithm="${EXCLUSIVE_C14N}"/></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${METHODS[algorithm].digest}"/><ds:DigestValue/></ds:Reference>`;
  return (
    `<saml:Assertion xmlns:saml="${NS.saml}" ID="${assertionId}" IssueInstant="${instant}" Version="2.0">` +
    `<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">${escapeXml(dn)}</saml:Issuer>` +
    `<ds:Signature xmlns:ds="${NS.ds}">${template(algorithm, reference, EXCLUSIVE_C14N)}</ds:Signature>` +
    `<saml:Subject><saml:NameID>899700000017</saml:NameID></saml:Subject>` +
    `<saml:AuthnStatement AuthnInstant="${instant}"><saml:AuthnContext><saml:AuthnContextClassRef>` +
    `urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement>` +
    attribute('VIHF_Version', '4.0') +
    attribute('Authentification_Mode', 'INDIRECTE') +
    attribute('Ressource_URN', 'urn:dmp') +
    attribute('Secteur_Activite', 'SA08^1.2.250.1.71.4.2.4') +
    attribute('Identifiant_Structure', facts.structure) +
    attribute('urn:oasis:names:tc:xacml:2.0:resource:resource-id', escapeXml(patientIdOf(facts))) +
    attribute('urn:oasis:names:tc:xspa:1.0:subject:subject-id', 'TEST SANDBOX') +
    attribute('LPS_Nom', 'REFERENCE') +
    attribute('LPS_Version', '1') +
    attribute('LPS_ID_HOMOLOGATION_DMP', 'SANDBOX') +
    attribute(
      'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse',
      coded('PurposeOfUse', 'normal', '1.2.250.1.213.1.1.4.248'),
    ) +
    `<saml:Attribute Name="urn:oasis:names:tc:xacml:2.0:subject:role">` +
    `<saml:AttributeValue>${coded('Role', '10', '1.2.250.1.71.1.2.7')}</saml:AttributeValue>` +
    `<saml:AttributeValue>${coded('Role', 'SM44', '1.2.250.1.71.4.2.5')}</saml:AttributeValue></saml:Attribute>` +
    `</saml:AttributeStatement></saml:Assertion>`
  );
};

/** The XAdES signature of a submission set, unsigned yet (interop §6.5). */
export const submissionSignatureTemplate = (
  facts: Facts,
  kos: Buffer,
  signer: KeyPair,
  algorithm: Algorithm,
): string => {
  const certificate = new NodeCertificate(signer.certificate);
  const digestMethod = `<ds:DigestMethod Algorithm="${METHODS[algorithm].digest}"/>`;
  const digestOf = (bytes: Buffer): string => createHash(algorithm).update(bytes).digest('base64');
  const etsi = 'http://uri.etsi.org/01903/v1.1.1#';
  const reference = (uri: string, type: string): string =>
    `<ds:Reference Type="${type}" URI="${uri}">${digestMethod}<ds:DigestValue/></ds:Reference>`;
  const named = (uniqueId: string, digest: string): string =>
    `<ds:Reference URI="urn:oid:${uniqueId}">${digestMethod}<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`;
  const references =
    reference('#IHEManifest', MANIFEST_TYPE) + reference('#S0-SignedProperties', `${etsi}SignedProperties`);
  return (
    `<ds:Signature xmlns:ds="${NS.ds}" Id="S0">` +
    template(algorithm, references, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments') +
    `<ds:Object><ds:SignatureProperties><ds:SignatureProperty Id="purposeOfSignature" Target="#S0">${SIGNATURE_PURPOSE}` +
    `</ds:SignatureProperty></ds:SignatureProperties></ds:Object>` +
    `<ds:Object><ds:Manifest Id="IHEManifest">${named(facts.setUid, 'AA==')}${named(facts.kosUid, digestOf(kos))}` +
    `</ds:Manifest></ds:Object>` +
    `<ds:Object><QualifyingProperties xmlns="${etsi}" Target="#S0"><SignedProperties Id="S0-SignedProperties">` +
    `<SignedSignatureProperties><SigningTime>${facts.now.toISOString()}</SigningTime><SigningCertificate><Cert><CertDigest>` +
    `<DigestMethod Algorithm="${METHODS[algorithm].digest}"/><DigestValue>${digestOf(certificate.raw)}</DigestValue></CertDigest><IssuerSerial>` +
    `<ds:X509IssuerName>${escapeXml(certificate.issuer.split('\n').toReversed().join(', '))}</ds:X509IssuerName>` +
    `<ds:X509SerialNumber>${BigInt(`0x${certificate.serialNumber}`)}</ds:X509SerialNumber></IssuerSerial></Cert>` +
    `</SigningCertificate><SignaturePolicyIdentifier><SignaturePolicyImplied/></SignaturePolicyIdentifier>` +
    `</SignedSignatureProperties></SignedProperties></QualifyingProperties></ds:Object></ds:Signature>`
  );
};
