import type { RegistryError, RegistryResponse } from '../registry-response/registry-response.js';
import type { SoapAnswer, SoapFault } from '../soap/read.js';

export type RefusalKind =
  'duplicate-same' | 'duplicate-other' | 'stale-target' | 'patient' | 'metadata' | 'vihf' | 'other';

/**
 * The DMP said no for good. `codes` may be logged.
 * `duplicate-same`: the uniqueId is known and the registry saw no difference; compare hashes by `findByUniqueId` to be sure.
 * `stale-target`: the entry to replace or to delete is not (any more) what its entryUUID was taken for; look again by
 * `findByUniqueId`, and only if it is still Approved under the same entryUUID the refusal is for good.
 * `errors` and `reason` may quote patient data: for the exam's own record only.
 */
export interface Refused {
  readonly outcome: 'refused';
  readonly kind: RefusalKind;
  readonly codes: readonly string[];
  readonly errors: readonly RegistryError[];
  readonly reason?: string;
}
/** The DMP asks to come back later: nothing was registered. */
export interface Busy {
  readonly outcome: 'busy';
  readonly codes: readonly string[];
}
/** Nothing was handed to the DMP: connection or TLS failed. `cause` is an error code, e.g. ECONNREFUSED. */
export interface Unreachable {
  readonly outcome: 'unreachable';
  readonly certain: true;
  readonly cause: string;
}
/** Sent, and the answer is lost or unreadable: look (`findByUniqueId`) before sending again. */
export interface Unknown {
  readonly outcome: 'unknown';
  readonly cause: string;
}
export type Failed = Refused | Busy | Unreachable | Unknown;

const BUSY = new Set([
  'XDSRegistryBusy',
  'XDSRepositoryBusy',
  'XDSRegistryNotAvailable',
  'XDSRegistryOutOfResources',
  'XDSRepositoryOutOfResources',
]);

/** Error codes of ITI TF-3 table 4.2.4.1-2; the DMP's own list (annexe A7-1) is not public, so an unlisted code is `other`. */
const KINDS: Readonly<Record<string, RefusalKind>> = {
  XDSDuplicateUniqueIdInRegistry: 'duplicate-same',
  XDSNonIdenticalHash: 'duplicate-other',
  XDSPatientIdDoesNotMatch: 'patient',
  XDSUnknownPatientId: 'patient',
  XDSRegistryMetadataError: 'metadata',
  XDSRepositoryMetadataError: 'metadata',
  XDSMissingDocument: 'metadata',
  XDSMissingDocumentMetadata: 'metadata',
  XDSDocumentUniqueIdError: 'metadata',
  XDSRegistryDuplicateUniqueIdInMessage: 'metadata',
  XDSRepositoryDuplicateUniqueIdInMessage: 'metadata',
  // From the supplements XDS Metadata Update (table 4.2.4.1-2) and Restricted Metadata Update.
  XDSMetadataUpdateOperationError: 'metadata',
  XDSMetadataIdentifierError: 'metadata',
  XDSPatientIDReconciliationError: 'patient',
  XDSReplaceFailed: 'stale-target',
  XDSRegistryDeprecatedDocumentError: 'stale-target',
  UnresolvedReferenceException: 'stale-target',
  XDSMetadataVersionError: 'stale-target',
  // Whatever has no code of its own; an OriginalStatus that no longer holds has none.
  XDSMetadataUpdateError: 'stale-target',
};

/**
 * When an answer holds several errors the first kind of this list that occurs names it: what lasts before what a look
 * may settle. A replacement sent twice is a duplicate whose target it has itself deprecated, hence stale-target last.
 */
const PRECEDENCE: readonly RefusalKind[] = [
  'vihf',
  'patient',
  'metadata',
  'other',
  'duplicate-other',
  'duplicate-same',
  'stale-target',
];

/** Our words for it, and the fault codes of WS-Security 1.1 §12 that hold none of them. */
const SECURITY = /vihf|saml|assertion|security|token|signature|authentif|authentic|FailedCheck|MessageExpired/i;
const VIHF_WORDS = /vihf|saml|assertion/i;

const kindOf = (code: string): RefusalKind => {
  const short = code.replace(/^.*:/, '');
  return Object.hasOwn(KINDS, short) ? (KINDS[short] ?? 'other') : SECURITY.test(short) ? 'vihf' : 'other';
};

export const refused = (kind: RefusalKind, codes: readonly string[], reason?: string): Refused => ({
  outcome: 'refused',
  kind,
  codes,
  errors: [],
  ...(reason ? { reason } : {}),
});
export const unknown = (cause: string): Unknown => ({ outcome: 'unknown', cause });

/** A RegistryResponse of status Failure. */
export function fromFailure({ errors }: RegistryResponse): Refused | Busy {
  const codes = errors.map((error) => error.code);
  const lasting = errors.filter((error) => error.severity === 'Error' && !BUSY.has(error.code.replace(/^.*:/, '')));
  if (lasting.length === 0 && errors.length > 0) return { outcome: 'busy', codes };
  const kinds = lasting.map((error) => kindOf(error.code));
  const kind = PRECEDENCE.find((one) => kinds.includes(one)) ?? 'other';
  return { outcome: 'refused', kind, codes, errors };
}

/**
 * A fault about the VIHF refuses it; another fault of ours (Sender…) refuses the message. A fault of the server
 * (Receiver) says nothing of what it did before it failed, unless it names the VIHF: free text is no code, so only
 * unmistakable words of it count.
 */
export function fromFault(fault: SoapFault): Refused | Unknown {
  const codes = [fault.code, ...fault.subcodes].map((code) => `soap:${code.replace(/[^\w.-]/g, '_')}`);
  const aboutVihf = fault.subcodes.some((code) => SECURITY.test(code)) || VIHF_WORDS.test(fault.reason);
  if (aboutVihf) return refused('vihf', codes, fault.reason);
  return fault.code === 'Receiver' ? unknown(codes.join(' ')) : refused('other', codes, fault.reason);
}

/** An answer whose body tells nothing: only the HTTP status is left. */
export function fromStatus(status: number, answer: SoapAnswer & { kind: 'unreadable' }): Failed {
  const code = `http:${status}`;
  // 503 and 429 are said before the request is worked on; a gateway's 502 or 504 is not.
  if (status === 503 || status === 429) return { outcome: 'busy', codes: [code] };
  if (status >= 300 && status < 500 && status !== 408) return refused('other', [code]);
  return unknown(`${code} ${answer.reason}`);
}
