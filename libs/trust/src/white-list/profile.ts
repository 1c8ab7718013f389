/** Namespaces and algorithms of the closed profile; nothing else is understood. */
export const NS = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xades: 'http://uri.etsi.org/01903/v1.3.2#',
  filter2: 'http://www.w3.org/2002/06/xmldsig-filter2',
} as const;

export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED_SIGNATURE = `${NS.ds}enveloped-signature`;
export const XPATH_FILTER2 = NS.filter2;
export const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties';

export type Hash = 'sha256' | 'sha384' | 'sha512';

/** RSASSA-PKCS1-v1_5 only: what the national signer uses (RFC 9231 §2.3). */
export const SIGNATURE_METHODS: Readonly<Record<string, Hash>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': 'sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
};

export const DIGEST_METHODS: Readonly<Record<string, Hash>> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

/**
 * The two signed forms of the DRIM-M list; each is a whole. `filter2` (2024, 2025): XPath Filter 2.0 subtract and
 * SigningCertificateV2. `enveloped` (since 2026-09): enveloped-signature and SigningCertificate. Prefixes, the XML
 * declaration and line ends mean nothing and are not looked at.
 */
export type SignedForm = 'filter2' | 'enveloped';

/**
 * Local names of the list. Its namespace changed between the editions of 2024 and 2026, so names are taken whatever
 * their namespace; what they are called is said here only.
 */
export interface ListNames {
  readonly root: string;
  readonly generatedAt: string;
  readonly entries: string;
  readonly entry: string;
  readonly id: string;
  readonly db: string;
  readonly vi: string;
  readonly operator: string;
  readonly operatorDn: string;
  readonly support: string;
  readonly updatedAt: string;
}

export const DRIM_M_NAMES: ListNames = {
  root: 'ListeBlancheDRIM-M',
  generatedAt: 'DateDeGeneration',
  entries: 'ListeDomaines',
  entry: 'Domaine',
  id: 'Identifiant',
  db: 'db',
  vi: 'vi',
  operator: 'Denomination',
  operatorDn: 'DNCertificatOperateur',
  support: 'SupportContact',
  updatedAt: 'DateMAJ',
};

/** The largest list taken; 10,000 entries make about 7 MB. */
export const MAX_LIST_BYTES = 8 * 1024 * 1024;
