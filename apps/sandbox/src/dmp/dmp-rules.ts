/** Names, codes and limits of the DMP interface (interop §6). Facts marked uncertain there are here and nowhere else. */

export const NS = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  wsa: 'http://www.w3.org/2005/08/addressing',
  wsse: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xop: 'http://www.w3.org/2004/08/xop/include',
  xds: 'urn:ihe:iti:xds-b:2007',
  lcm: 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0',
  rim: 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0',
  rs: 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0',
  query: 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0',
  hl7: 'urn:hl7-org:v3',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xml: 'http://www.w3.org/XML/1998/namespace',
} as const;

export const ACTION = {
  provideAndRegister: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
  provideAndRegisterResponse: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse',
  storedQuery: 'urn:ihe:iti:2007:RegistryStoredQuery',
  storedQueryResponse: 'urn:ihe:iti:2007:RegistryStoredQueryResponse',
  updateDocumentSet: 'urn:ihe:iti:2010:UpdateDocumentSet',
  updateDocumentSetResponse: 'urn:ihe:iti:2010:UpdateDocumentSetResponse',
  fault: 'http://www.w3.org/2005/08/addressing/soap/fault',
} as const;

/** What a stranger may send at most. A KOS weighs some kilobytes; the DMP's own limit is not public (interop §8.1). */
export const LIMITS = {
  requestBytes: 20 * 1024 * 1024,
  requestSeconds: 30,
  mimeParts: 8,
  mimeHeaderBytes: 4096,
  xmlDepth: 64,
  dicomElements: 20_000,
  toolProcesses: 4,
  toolSeconds: 20,
  rememberedIds: 100_000,
  submissionsKept: 5_000,
  identifiersShown: 16,
} as const;

/** 3.0 in the published samples, 4.0 in the mapping table (drimbox-rules §19): both pass unless one is pinned. */
export const VIHF_VERSIONS: readonly string[] = ['3.0', '4.0'];
export const VIHF_FRESHNESS_MS = 5 * 60_000;

/** The ANS example signs with SHA-256, the published request with SHA-1 (interop §6.3, §6.5). */
export const SIGNATURE_METHODS: readonly string[] = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
];
export const DIGEST_METHODS: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
};
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
/** The published submission-set signature uses the first; later ETSI versions are accepted (interop §6.5). */
export const XADES_NAMESPACES: readonly string[] = [
  'http://uri.etsi.org/01903/v1.1.1#',
  'http://uri.etsi.org/01903/v1.3.2#',
];
export const MANIFEST_TYPE = 'http://www.w3.org/2000/09/xmldsig#Manifest';
export const SIGNATURE_PURPOSE = '1.2.840.10065.1.12.1.14';
/** Digest that stands for the submission set in the manifest: one zero byte. */
export const SUBMISSION_SET_DIGEST = 'AA==';

/** INS identifiers (test NIR, test NIA) and those of real patients, never welcome here. */
export const TEST_INS_OIDS: readonly string[] = ['1.2.250.1.213.1.4.10', '1.2.250.1.213.1.4.11'];
export const PRODUCTION_INS_OIDS: readonly string[] = ['1.2.250.1.213.1.4.8', '1.2.250.1.213.1.4.9'];

export const OBJECT_TYPE_STABLE = 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1';
export const SUBMISSION_SET_NODE = 'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd';

export const SCHEME = {
  submissionAuthor: 'urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d',
  contentTypeCode: 'urn:uuid:aa543740-bdda-424e-8c96-df4873be8500',
  submissionPatientId: 'urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446',
  submissionSourceId: 'urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832',
  submissionUniqueId: 'urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8',
  author: 'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d',
  classCode: 'urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a',
  typeCode: 'urn:uuid:f0306f51-975f-434e-a61c-c59651d33983',
  confidentialityCode: 'urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f',
  formatCode: 'urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d',
  healthcareFacilityTypeCode: 'urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
  practiceSettingCode: 'urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead',
  eventCodeList: 'urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4',
  patientId: 'urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427',
  uniqueId: 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab',
} as const;

export const ASSOCIATION = {
  hasMember: 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember',
  signs: 'urn:ihe:iti:2007:AssociationType:signs',
  replaces: 'urn:ihe:iti:2007:AssociationType:RPLC',
  updatesAvailability: 'urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus',
} as const;

/** Availability of an entry: ebRIM 3.0, and the two that the DMP adds (interop §6.2). */
export const STATUS = {
  approved: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved',
  deprecated: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated',
  deleted: 'urn:asip:ci-sis:2010:StatusType:Deleted',
  archived: 'urn:asip:ci-sis:2010:StatusType:Archived',
} as const;

/** An entryUUID as an association may name it (ITI TF-3 4.2.1.1: lower case). */
export const ENTRY_UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Why an RPLC or an ITI-57 is refused when the entry it names does not allow it. IHE has finer codes
 * (XDSRegistryDeprecatedDocumentError, UnresolvedReferenceException); those of the DMP are not public (interop §8.1).
 */
export const REPLACE_FAILED = 'XDSReplaceFailed';
export const UPDATE_FAILED = 'XDSMetadataUpdateError';

export const KOS_SOP_CLASS = '1.2.840.10008.5.1.4.1.1.88.59';
export const REFERENCE_ID_LIST = 'urn:ihe:iti:xds:2013:referenceIdList';

/** Coding systems of the acquisition modality: JDV of the samples, or the CI-SIS code system (interop §6.4, ambiguous). */
export const MODALITY_SYSTEMS: readonly string[] = ['1.2.250.1.213.1.1.5.618', '1.2.840.10008.2.16.4'];
