import type { Coded } from './types.js';
import type { Identifier, Person, Structure } from './hl7-types.js';

/** INS traits as the report carries them (interop §3.2). */
export interface SubmissionPatient {
  readonly ins: { readonly value: string; readonly oid: string };
  readonly ipp?: { readonly value: string; readonly oid?: string };
  readonly birthFamily: string;
  readonly birthGivens: readonly string[];
  readonly firstBirthGiven?: string;
  readonly usedFamily?: string;
  readonly usedGiven?: string;
  readonly sex: 'M' | 'F' | 'U';
  /** YYYYMMDD; a partial date is passed on as it is. */
  readonly birthDate: string;
}

export interface SubmissionStudy {
  readonly uid: string;
  /** The act and its translations: LOINC, CCAM. */
  readonly acts: readonly Coded[];
  readonly modalities: readonly Coded[];
  readonly regions: readonly Coded[];
  /** CDA times, `YYYYMMDDHHMM[SS][±ZZZZ]`. */
  readonly start?: string;
  readonly stop?: string;
}

/** What every submission set is made of: who submits, for which patient, when. */
export interface SubmissionSetInput {
  /** Time of the submission. */
  readonly now: Date;
  /** An OID, new for each submission: see `newUniqueId`. */
  readonly submissionSetUniqueId: string;
  /** OID of this DRIMbox as a document source. */
  readonly sourceId: string;
  readonly patient: Pick<SubmissionPatient, 'ins'>;
  /** The structure in whose name the DMP is fed: always the authorInstitution, as the VIHF's structure must be (EX_2.1-1140). */
  readonly structure: Structure;
  /** Author of the report; only used by `authorMode: 'cda'`. */
  readonly author?: Person;
  /** PV1-2. */
  readonly patientClass?: string;
}

/** Everything the metadata of one KOS is made of, as plain data. What the DMP requires and is absent is reported, not thrown. */
export interface SubmissionInput extends SubmissionSetInput {
  readonly kos: { readonly bytes: Uint8Array; readonly sopInstanceUid: string; readonly createdAt: Date };
  /** An OID, new for each submission: see `newUniqueId`. */
  readonly signatureUniqueId: string;
  readonly patient: SubmissionPatient;
  readonly study: SubmissionStudy;
  readonly accession?: Identifier;
  /** Order placer number. */
  readonly order?: Identifier;
  readonly legalAuthenticator?: Person;
  readonly facilityType?: Coded;
  readonly practiceSetting?: Coded;
  readonly visibility: {
    readonly masquePs: boolean;
    readonly invisiblePatient: boolean;
    readonly invisibleRepresentants: boolean;
  };
  /** entryUUID of the entry this KOS replaces, or REPLACED_ENTRY when it is to be looked up just before each send. */
  readonly replaces?: string;
}

/** Who deletes what. The structure must be the author of the entry (interop §6.1) and the VIHF's. */
export interface DeletionInput extends SubmissionSetInput {
  /** entryUUID the entry has now: look it up just before, by `findByUniqueId` and `currentEntry`. */
  readonly entryUuid: string;
  /** availabilityStatus the entry has now, `Approved` unless given; an archived entry is up to date as well. */
  readonly originalStatus?: 'Approved' | 'Archived';
}

/** A metadata the DMP would refuse. `field` is the name of the metadata or of the input; never its value. */
export interface MetadataProblem {
  readonly field: string;
  readonly problem: 'missing' | 'invalid' | 'too-long';
}
