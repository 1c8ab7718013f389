/** Everything a KOS is built from, as plain data (drimbox-rules §3.2). Text may be any Unicode. */
export interface KosInput {
  /** New for each version; the series is the KOS's own. See newUid. */
  readonly sopInstanceUid: string;
  readonly seriesUid: string;
  /** 1 for a first version (the default), one more at each update. */
  readonly instanceNumber?: number;
  readonly created: Date;
  /** IANA time zone in which dates, times and their offset are written; `Europe/Paris` unless set. */
  readonly timezone?: string;
  readonly manufacturer: string;
  readonly institution: { readonly name: string; readonly id: string };
  readonly patient: KosPatient;
  readonly study: KosStudy;
  /** Accession and placer order numbers of the report; one Referenced Request item each. */
  readonly orders: readonly KosOrder[];
  /** Every series of the study, Key Objects included; at least one. */
  readonly series: readonly KosSeries[];
  /** Key Objects of the study, which are among `series`: the images they flag say so. */
  readonly keyObjects?: readonly KosKeyObject[];
}

/** A Key Object document and the images it flags. */
export interface KosKeyObject {
  readonly sopInstance: string;
  readonly series: string;
  readonly title: { readonly code: string; readonly scheme: string; readonly meaning: string };
  readonly description?: string;
  readonly images: readonly string[];
}

/** INS traits as the report carries them. */
export interface KosPatient {
  readonly ins: { readonly value: string; readonly oid: string };
  readonly birthFamily: string;
  /** Birth given names in order. */
  readonly birthGivens: readonly string[];
  /** The first of `birthGivens` unless the report names another. */
  readonly firstBirthGiven?: string;
  readonly usedFamily?: string;
  readonly usedGiven?: string;
  /** YYYYMMDD; anything else is left out, as DICOM has no partial dates. */
  readonly birthDate: string;
  readonly sex: 'M' | 'F' | 'U';
  /** INSEE code of the birth place (COG). */
  readonly birthPlace?: string;
}

/** The study as the PACS describes it; empty strings where it says nothing. */
export interface KosStudy {
  readonly uid: string;
  readonly date: string;
  readonly time: string;
  readonly description: string;
  readonly id: string;
  /** PN form. */
  readonly referringPhysician: string;
  /** Display name of the act in the report. */
  readonly act: string;
}

export interface KosIdentifier {
  readonly value: string;
  /** Assigning authority; left out when it is no OID. */
  readonly oid?: string;
}

export interface KosOrder {
  readonly accession?: KosIdentifier;
  readonly placer?: KosIdentifier;
}

export interface KosSeries {
  readonly uid: string;
  readonly modality: string;
  readonly number?: number;
  readonly description: string;
  /** Usable as it is for a WADO-RS series retrieve, see seriesRetrieveUrl. */
  readonly retrieveUrl: string;
  readonly retrieveLocationUid?: string;
  /** At least one. */
  readonly instances: readonly KosInstance[];
}

export interface KosInstance {
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly number?: number;
  /** Written when the object has more than one. */
  readonly frames?: number;
}

/** `<base>/studies/<study>/series/<series>` (drimbox-rules §7.1); `base` is `https://<db FQDN>/<prefix>`. */
export const seriesRetrieveUrl = (base: string, study: string, series: string): string =>
  `${base.replace(/\/+$/, '')}/studies/${study}/series/${series}`;
