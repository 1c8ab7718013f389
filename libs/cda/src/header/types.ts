/** HL7 v3 instance identifier. */
export interface Identifier {
  root: string;
  extension?: string;
}

export interface Code {
  code: string;
  system: string;
  display?: string;
}

export interface Person {
  /** National identifier with its prefix, authority 1.2.250.1.71.4.2.1. */
  id: string;
  family?: string;
  given?: string;
  /** Profession and savoir-faire: `G15_10/SM44`. */
  role?: Code;
}

export interface Organization {
  /** National identifier with its prefix, authority 1.2.250.1.71.4.2.2. */
  id: string;
  name?: string;
}

/** Somebody acting for an organisation; either may be unknown. */
export interface Participant {
  person?: Person;
  organization?: Organization;
}

export interface Patient {
  ins: { value: string; oid: string };
  ipp?: { value: string; oid?: string };
  birthFamily: string;
  /** Birth given names in order, as sent: some senders write the whole list in one element. */
  birthGivens: string[];
  firstBirthGiven?: string;
  usedFamily?: string;
  usedGiven?: string;
  sex: 'M' | 'F' | 'U';
  /** As sent: YYYYMMDD, sometimes shorter. */
  birthDate: string;
  /** INSEE code of the birth place. */
  birthPlace?: string;
}

export interface ReportStudy {
  /** DICOM Study Instance UID. */
  uid: string;
  act?: Code;
  /** Translations of the act that are neither modality nor region (CCAM). */
  actTranslations: Code[];
  modalities: Code[];
  regions: Code[];
  /** HL7 timestamps as sent. */
  start?: string;
  stop?: string;
}

export interface Order {
  placer?: Identifier;
  accession?: Identifier;
}

export interface DocumentHeader {
  id: Identifier;
  setId?: Identifier;
  version?: number;
  /** relatedDocument RPLC. */
  replaces?: Identifier;
  type: Code;
  title?: string;
  effectiveTime?: string;
  confidentiality?: Code;
}

/** The header of an imaging report, level 1 or 3. */
export interface ReportCda {
  document: DocumentHeader;
  patient: Patient;
  /** In the order of the document; none when the report names no study. */
  studies: ReportStudy[];
  orders: Order[];
  authors: Participant[];
  legalAuthenticator?: Participant;
  custodian?: Organization;
  /** Organisation of the first performer of a study: "obligatoire pour la DRIM Box" (interop §3.2). */
  performer?: Organization;
  practiceSetting?: Code;
  facilityType?: Code;
}
