export { DEFAULT_XDS_SETTINGS, type XdsSettings } from './xds-settings.js';
export { XdsError } from './xds-errors.js';

export type * from './metadata/types.js';
export type { AvailabilityStatus } from './metadata/availability-status.js';
export { REPLACED_ENTRY } from './metadata/entry-uuid.js';
export type { Identifier, Person, Structure } from './metadata/hl7-types.js';
export type {
  DeletionInput,
  MetadataProblem,
  SubmissionInput,
  SubmissionPatient,
  SubmissionSetInput,
  SubmissionStudy,
} from './metadata/input.js';
export { kosDocumentEntry, xdsHash } from './metadata/kos-document-entry.js';
export { signatureEntry } from './metadata/signature-entry.js';
export { submissionAssociations, submissionSet } from './metadata/submission-set.js';
export { submitObjectsRequest } from './metadata/registry-xml.js';
export { cdaTimeToXds, xdsTime } from './metadata/times.js';
export { newUniqueId } from './metadata/unique-id.js';

export { loadSigner, type Signer } from './xml-signature/signer.js';
export { submissionSignature, type SubmissionSignatureInput } from './signature/submission-signature.js';
export { buildVihf, type VihfInput, type VihfSubject } from './vihf/vihf.js';

export { buildSubmission, type BuildResult, type FrozenSubmission } from './iti41/submission.js';
export { withReplacedEntry, type ReplacedEntryResult } from './iti41/replaced-entry.js';
export { buildDeletion, type Deletion, type DeletionResult } from './iti57/deletion.js';
export { currentEntry, type RegistryEntry } from './iti18/get-documents.js';
export type { RegistryError } from './registry-response/registry-response.js';

export {
  DmpClient,
  type DeleteOutcome,
  type DmpClientOptions,
  type FindOutcome,
  type ProvideAndRegisterOutcome,
  type SendOptions,
} from './dmp-client/dmp-client.js';
export { TlsAgents, type AgentProvider, type ClientTls } from './dmp-client/agents.js';
export type { Busy, Failed, RefusalKind, Refused, Unknown, Unreachable } from './dmp-client/outcome.js';
