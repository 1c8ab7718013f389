import 'reflect-metadata';
import { ExtendedKeyUsage, KeyUsageFlags } from '@peculiar/x509';

/** `igc`: shaped like the test IGC-Santé (identity-security §6). `internal`: mTLS between services, NATS, PostgreSQL. */
export type AuthorityKind = 'igc' | 'internal';

export interface Profile {
  readonly authority: AuthorityKind;
  readonly keyUsages: number;
  readonly extendedKeyUsages: readonly string[];
  /** Certificate policy OID; the internal authority has none. */
  readonly policy?: string;
}

const { digitalSignature, nonRepudiation, keyEncipherment } = KeyUsageFlags;
const { serverAuth, clientAuth, emailProtection } = ExtendedKeyUsage;

/**
 * Leaf profiles. The policy of SIGN is read in a published test certificate, that of SERV_SSL is the production one under
 * the test arc, that of AUTH_CLI is chosen by analogy: nothing in the sandbox decides on it.
 */
export const PROFILES = {
  SERV_SSL: {
    authority: 'igc',
    keyUsages: digitalSignature | keyEncipherment,
    extendedKeyUsages: [serverAuth, clientAuth],
    policy: '1.2.250.1.213.1.7.2.1.2.5.1',
  },
  /** Not in the IGC-Santé: a server certificate that is no client's, to try a wrong client with. */
  SERV_ONLY: {
    authority: 'igc',
    keyUsages: digitalSignature | keyEncipherment,
    extendedKeyUsages: [serverAuth],
    policy: '1.2.250.1.213.1.7.2.1.2.5.1',
  },
  ORG_AUTH_CLI: {
    authority: 'igc',
    keyUsages: digitalSignature | keyEncipherment,
    extendedKeyUsages: [clientAuth],
    policy: '1.2.250.1.213.1.7.2.1.1.2.1',
  },
  ORG_SIGN: {
    authority: 'igc',
    keyUsages: digitalSignature | nonRepudiation,
    extendedKeyUsages: [emailProtection],
    policy: '1.2.250.1.213.1.7.2.1.1.1.1',
  },
  SERVICE: {
    authority: 'internal',
    keyUsages: digitalSignature,
    extendedKeyUsages: [serverAuth, clientAuth],
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

/** CRL distribution points of the test chain: `.test` is reserved (RFC 6761), nothing is ever fetched there. */
export const CRL_URLS = {
  root: 'http://igc-sandbox.test/CRL/ACR-EL-TEST.crl',
  issuing: 'http://igc-sandbox.test/CRL/ACI-EL-ORG-TEST.crl',
} as const;
