export { type CalendarItem, calendarOf, type Expiring, type WarningTimes } from './calendar/calendar.js';
export { type Certificate, readBundle, readCertificate } from './certificate/certificate.js';
export { type Authorities, readAuthorities } from './chain/authorities.js';
export { checkChain, type ChainFailure, type ChainOptions, type ChainResult } from './chain/check-chain.js';
export type { Purpose } from './chain/purpose.js';
export { type Crl, type CrlFailure, type CrlResult, readCrl, signedBy } from './crl/crl.js';
export { type Dn, type DnAttribute, dnKey, dnMatches, formatDn, parseDn, parseOpensslDn, sameDn } from './dn/dn.js';
export { checkPeer, PeerChecker, type PeerOptions, type PeerResult } from './peer/check-peer.js';
export { checkServer, type Listed, ListIndex, type ServerFailure, type ServerResult } from './peer/listed.js';
export { compareLists, type ListChanges } from './white-list/compare-lists.js';
export type { ListContent, ListEntry } from './white-list/list-content.js';
export { type OwnFault, ownFaults, type OwnName } from './white-list/own-entries.js';
export { DRIM_M_NAMES, type ListNames, MAX_LIST_BYTES, type SignedForm } from './white-list/profile.js';
export {
  signerPattern,
  type TakenList,
  type VerifiedWhiteList,
  verifyWhiteList,
  type VerifyOptions,
  type WhiteListFailure,
  type WhiteListResult,
} from './white-list/verify-white-list.js';
