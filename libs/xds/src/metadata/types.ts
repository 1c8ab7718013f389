import type { AvailabilityStatus } from './availability-status.js';

/** Metadata of a submission in the form the registry reads: HL7 strings are already composed (ITI TF-3 §4.2.3). */

/** A coded value: code, coding scheme, label. */
export interface Coded {
  readonly code: string;
  readonly system: string;
  readonly display?: string;
}

/** authorPerson (XCN) and authorInstitution (XON). */
export interface Author {
  readonly person: string;
  readonly institution: string;
}

/** One ExtrinsicObject (ITI TF-3 §4.2.3.2). Times are UTC `YYYYMMDDHHMMSS`, `size` is in bytes, `hash` is SHA-1 in hexadecimal. */
export interface DocumentEntry {
  /** Symbolic id inside the submission; the registry replaces it by the entryUUID. */
  readonly id: string;
  readonly uniqueId: string;
  readonly patientId: string;
  readonly mimeType: string;
  readonly title: string;
  readonly comments: string;
  readonly languageCode: string;
  readonly creationTime: string;
  readonly serviceStartTime: string;
  readonly serviceStopTime?: string;
  readonly hash: string;
  readonly size: number;
  readonly sourcePatientId: string;
  readonly sourcePatientInfo: readonly string[];
  readonly legalAuthenticator: string;
  readonly referenceIdList: readonly string[];
  readonly author: Author;
  readonly classCode: Coded;
  readonly typeCode: Coded;
  readonly formatCode: Coded;
  readonly healthcareFacilityTypeCode: Coded;
  readonly practiceSettingCode: Coded;
  readonly confidentialityCodes: readonly Coded[];
  readonly eventCodes: readonly Coded[];
}

/** The signature document is one more DocumentEntry (IHE DSG). */
export type SignatureEntry = DocumentEntry;

/** The RegistryPackage (ITI TF-3 §4.2.3.3). */
export interface SubmissionSet {
  readonly id: string;
  readonly uniqueId: string;
  readonly sourceId: string;
  readonly patientId: string;
  readonly submissionTime: string;
  readonly title: string;
  readonly author: Author;
  readonly contentTypeCode: Coded;
}

/** Ends are symbolic ids, or the entryUUID of a document already registered. */
interface AssociationEnds {
  readonly source: string;
  readonly target: string;
}

export interface Relationship extends AssociationEnds {
  readonly type: 'HasMember' | 'signs' | 'RPLC';
}

/** XDS Metadata Update §3.57.4.1.3.3: only for a target whose status still is `originalStatus`. */
export interface StatusUpdate extends AssociationEnds {
  readonly type: 'UpdateAvailabilityStatus';
  readonly originalStatus: AvailabilityStatus;
  readonly newStatus: AvailabilityStatus;
}

export type Association = Relationship | StatusUpdate;

export interface SubmissionMetadata {
  readonly submissionSet: SubmissionSet;
  readonly documents: readonly DocumentEntry[];
  readonly associations: readonly Association[];
}
