export { IdentityError } from './identity-error.js';
export {
  IdentityHttp,
  type ClientTls,
  type HttpFetch,
  type HttpRequest,
  type IdentityHttpOptions,
} from './http/identity-http.js';
export { HttpFault, type HttpFaultKind } from './http/http-fault.js';
export {
  ProviderMetadata,
  type Metadata,
  type MetadataAnswer,
  type ProviderMetadataOptions,
} from './provider/provider-metadata.js';
export type { Client, ClientAuthentication } from './provider/client.js';
export { loadEncryptionKeys, type EncryptionKeys } from './jose/decryption-keys.js';
export type { DecryptionKey, SignatureAlgorithm, TokenFault } from './jose/token-policy.js';

export { TokenChecker, type CheckedToken, type TokenCheckerOptions } from './psc/token-checker.js';
export type { ActiveToken, TokenRefusal } from './psc/introspection-answer.js';
export type { Coded, Professional, Situation, Structure } from './psc/professional.js';
export { readProfessional, type ReadProfessional } from './psc/read-userinfo.js';
export {
  DEFAULT_PROFESSIONS,
  isAllowed,
  type AllowedProfession,
  type ProfessionRow,
  type ProfessionTable,
} from './professions/professions.js';
export { readProfessions } from './professions/read-professions.js';

export { RelyingParty } from './relying-party/relying-party.js';
export type { RelyingPartyOptions } from './relying-party/relying-party-options.js';
export { createPscRelyingParty, type PscRelyingPartyOptions } from './relying-party/psc.js';
export { createFranceConnectRelyingParty, type FranceConnectOptions } from './relying-party/france-connect.js';
export type {
  Authentication,
  FinishedLogin,
  LoginFailure,
  LoginTransaction,
  LogoutRequest,
  Refreshed,
  StartedLogin,
  Tokens,
} from './relying-party/login.js';

export { readPivot, type Pivot, type ReadPivot } from './pivot/pivot.js';
export {
  DEFAULT_PIVOT_SETTINGS,
  matchPivot,
  type PivotMatch,
  type PivotMismatch,
  type PivotSettings,
} from './pivot/match-pivot.js';
export { normaliseName } from './pivot/normalise.js';
export { INS_OID, PRODUCTION_INS_OIDS, TEST_INS_OIDS, type InsTraits } from './ins/ins-traits.js';
export { checkMatricule, type MatriculeCheck } from './ins/matricule.js';
