import { ENVELOPED, EXCLUSIVE_C14N, NS, VIHF_FRESHNESS_MS, VIHF_VERSIONS } from './dmp-rules.js';
import type { Memory } from './memory.js';
import { isSealCertificate, namesCertificate, structureOf } from './pki.js';
import type { Trust } from './pki.js';
import { bad, good, senderFault } from './verdict.js';
import type { Checked, SoapFault } from './verdict.js';
import { childrenOf, is, onlyChild } from './xml.js';
import type { Element } from './xml.js';
import { readSignature, verifySignature } from './xml-signature.js';

/** What the request may rely on once the VIHF is checked. */
export interface Vihf {
  /** Identifiant_Structure: the authenticated structure. */
  readonly structure: string;
  /** resource-id: `INS^^^&OID&ISO^NH`. */
  readonly patientId: string;
  /** Subject/NameID: the person, or the automaton, in whose name the request is made. */
  readonly subject: string;
}

export interface VihfContext {
  /** The envelope as received. */
  readonly xml: Buffer;
  readonly trust: Trust;
  readonly now: Date;
  /** OU of the TLS client certificate. */
  readonly clientStructure: string;
  /** EG → EJ: a geographic structure that may act under the certificate of its legal one (FAQ-7). */
  readonly ejOf: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly seenAssertionIds: Memory;
}

const X509_SUBJECT_NAME = 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName';
const RESOURCE_ID = 'urn:oasis:names:tc:xacml:2.0:resource:resource-id';
const ROLE = 'urn:oasis:names:tc:xacml:2.0:subject:role';
const PURPOSE = 'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse';
const SUBJECT_ID = 'urn:oasis:names:tc:xspa:1.0:subject:subject-id';

type Finding = readonly [detail: string, reason: string];

const fault = ([detail, reason]: Finding, subcode?: string): Checked<never, SoapFault> =>
  bad(senderFault(detail, reason, subcode));

/** Checks the VIHF of an indirect authentication (interop §6.3): shape, attributes, then signature and structures. */
export const checkVihf = async (assertion: Element, context: VihfContext): Promise<Checked<Vihf, SoapFault>> => {
  const signature = onlyChild(assertion, NS.ds, 'Signature');
  if (signature === undefined)
    return fault(['VihfUnsigned', 'the assertion must hold one ds:Signature'], 'wsse:InvalidSecurity');
  const shape = readSignature(signature);
  if (!shape.ok) return fault(['VihfSignatureShape', shape.problem]);
  const { certificate, references, canonicalization } = shape.value;
  const reference = references[0];
  if (
    references.length !== 1 ||
    reference!.uri !== `#${assertion.attributes.ID}` ||
    reference!.transforms.join(' ') !== `${ENVELOPED} ${EXCLUSIVE_C14N}` ||
    canonicalization !== EXCLUSIVE_C14N
  )
    return fault(['VihfSignatureShape', 'one reference to the assertion: enveloped signature, exclusive C14N']);
  const verified = await verifySignature(context.xml, certificate, context.trust, context.now, [
    { attribute: 'ID', element: `${NS.saml}:Assertion` },
  ]);
  if (!verified.ok) return fault(['VihfSignature', verified.problem]);

  const signerStructure = structureOf(certificate);
  if (!isSealCertificate(certificate) || signerStructure === undefined)
    return fault(['VihfSigner', 'the signer is not an ORG SIGN certificate'], 'wsse:InvalidSecurityToken');
  if (signerStructure !== context.clientStructure)
    return fault(['StructureMismatch', 'the TLS certificate and the ORG SIGN certificate name different structures']);
  const issuer = onlyChild(assertion, NS.saml, 'Issuer');
  if (issuer?.attributes.Format !== X509_SUBJECT_NAME)
    return fault(['VihfIssuer', 'the Issuer format must be X509SubjectName']);
  const named = namesCertificate(issuer.text, certificate);
  if (!named.ok) return fault(['VihfIssuer', named.problem]);
  const stale = checkTimes(assertion, context.now);
  if (stale) return fault(stale, 'wsu:MessageExpired');

  const read = readAttributes(assertion);
  if (!read.ok) return fault(read.problem);
  const subject = readSubject(assertion);
  if (!subject.ok) return fault(subject.problem);
  const problem = checkAttributes(read.value, context.version);
  if (problem) return fault(problem);
  const structure = textOf(read.value, 'Identifiant_Structure');
  if (structure !== signerStructure && context.ejOf[structure] !== signerStructure)
    return fault(['VihfStructure', 'Identifiant_Structure does not belong to the structure of the certificate']);
  // Remembered only once authentic: nobody burns the identifier of another.
  if (!context.seenAssertionIds.add(assertion.attributes.ID!))
    return fault(['VihfReplayed', 'the assertion ID was already used']);
  return good({ structure, patientId: textOf(read.value, RESOURCE_ID), subject: subject.value });
};

const checkTimes = (assertion: Element, now: Date): Finding | undefined => {
  const at = Date.parse(assertion.attributes.IssueInstant ?? '');
  if (assertion.attributes.Version !== '2.0') return ['VihfShape', 'the assertion is not SAML 2.0'];
  if (Number.isNaN(at) || Math.abs(now.getTime() - at) > VIHF_FRESHNESS_MS)
    return ['VihfStale', 'IssueInstant is more than 5 minutes away'];
  const conditions = onlyChild(assertion, NS.saml, 'Conditions');
  if (Date.parse(conditions?.attributes.NotBefore ?? '') - VIHF_FRESHNESS_MS > now.getTime())
    return ['VihfStale', 'NotBefore is in the future'];
  if (Date.parse(conditions?.attributes.NotOnOrAfter ?? '') <= now.getTime())
    return ['VihfStale', 'NotOnOrAfter is past'];
  return undefined;
};

const readSubject = (assertion: Element): Checked<string, Finding> => {
  const subject = onlyChild(assertion, NS.saml, 'Subject');
  const name = subject && onlyChild(subject, NS.saml, 'NameID')?.text.trim();
  if (!name) return bad(['VihfSubject', 'Subject/NameID is missing']);
  const statement = onlyChild(assertion, NS.saml, 'AuthnStatement');
  const authn = statement && onlyChild(statement, NS.saml, 'AuthnContext');
  const classRef = authn && onlyChild(authn, NS.saml, 'AuthnContextClassRef');
  if (Number.isNaN(Date.parse(statement?.attributes.AuthnInstant ?? '')) || !classRef?.text.trim())
    return bad(['VihfAuthn', 'AuthnStatement with AuthnInstant and AuthnContextClassRef is missing']);
  return good(name);
};

type Attributes = ReadonlyMap<string, readonly Element[]>;

const readAttributes = (assertion: Element): Checked<Attributes, Finding> => {
  const statement = onlyChild(assertion, NS.saml, 'AttributeStatement');
  const attributes = new Map<string, readonly Element[]>();
  for (const attribute of statement ? childrenOf(statement, NS.saml, 'Attribute') : []) {
    const name = attribute.attributes.Name ?? '';
    if (attributes.has(name)) return bad(['VihfAttribute', 'an attribute is given twice']);
    attributes.set(name, childrenOf(attribute, NS.saml, 'AttributeValue'));
  }
  return good(attributes);
};

/** The text of an attribute with exactly one value, else the empty string. */
const textOf = (attributes: Attributes, name: string): string => {
  const values = attributes.get(name) ?? [];
  return values.length === 1 ? values[0]!.text.trim() : '';
};

const checkAttributes = (attributes: Attributes, version: string | undefined): Finding | undefined => {
  const expectations: readonly (readonly [string, RegExp])[] = [
    ['VIHF_Version', alternatives(version === undefined ? VIHF_VERSIONS : [version])],
    ['Authentification_Mode', /^INDIRECTE$/],
    ['Ressource_URN', /^urn:dmp$/],
    ['Secteur_Activite', /^SA[0-9]{2}\^1\.2\.250\.1\.71\.4\.2\.4$/],
    ['Identifiant_Structure', /^[0-9][0-9A-Za-z]{5,30}$/],
    [RESOURCE_ID, /^[0-9AB]{15}\^\^\^&[0-9.]+&ISO\^NH$/],
    [SUBJECT_ID, /\S/],
    ['LPS_Nom', /\S/],
    ['LPS_Version', /\S/],
    ['LPS_ID_HOMOLOGATION_DMP', /\S/],
  ];
  const wrong = expectations.find(([name, pattern]) => !pattern.test(textOf(attributes, name)));
  if (wrong) return ['VihfAttribute', `${wrong[0]} is missing or malformed`];
  return checkRoles(codedValues(attributes, ROLE, 'Role')) ?? checkPurpose(attributes);
};

const alternatives = (values: readonly string[]): RegExp =>
  new RegExp(`^(${values.map((value) => value.replaceAll('.', '\\.')).join('|')})$`);

const PROFESSION = '1.2.250.1.71.1.2.7';
const SPECIALTY = '1.2.250.1.71.4.2.5';
const AUTOMATON = '1.2.250.1.213.1.1.4.6';
const DOCTOR = '10';

/** A profession, then the savoir-faire of a doctor; or the single role of an automaton (interop §6.3). */
const checkRoles = (roles: readonly Element[]): Finding | undefined => {
  const [first, second] = roles.map(({ attributes }) => attributes);
  const automaton = roles.length === 1 && first?.codeSystem === AUTOMATON && first.code === 'AUTOMATE';
  const professional = first?.codeSystem === PROFESSION && (first.code ?? '') !== '';
  const specialty = second?.codeSystem === SPECIALTY && (second.code ?? '') !== '';
  const complete = first?.code === DOCTOR ? specialty : roles.length === 1 || specialty;
  return automaton || (professional && complete && roles.length <= 2)
    ? undefined
    : ['VihfRole', 'roles: profession then savoir-faire, or AUTOMATE alone'];
};

const checkPurpose = (attributes: Attributes): Finding | undefined => {
  const values = codedValues(attributes, PURPOSE, 'PurposeOfUse');
  const [purpose] = values;
  return values.length === 1 &&
    purpose?.attributes.code === 'normal' &&
    purpose.attributes.codeSystem === '1.2.250.1.213.1.1.4.248'
    ? undefined
    : ['VihfPurpose', 'purposeofuse must be normal (1.2.250.1.213.1.1.4.248)'];
};

/** CE values of an attribute: XML children in urn:hl7-org:v3 with xsi:type="CE"; others do not count. */
const codedValues = (attributes: Attributes, name: string, element: string): Element[] =>
  (attributes.get(name) ?? []).flatMap(({ children }) =>
    children.filter((child) => is(child, NS.hl7, element) && child.attributes[`{${NS.xsi}}type`] === 'CE'),
  );
