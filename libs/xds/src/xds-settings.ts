import type { Coded } from './metadata/types.js';

/** Facts the public sources leave open (interop §8, drimbox-rules §19–20): each is a setting with our reading as its default. */
export interface XdsSettings {
  /** ANS's mapping page of 2026 says 4.0; the samples of 2023 say 3.0. */
  readonly vihfVersion: '4.0' | '3.0';
  /** Seconds from now to NotOnOrAfter of a VIHF. */
  readonly vihfValiditySeconds: number;
  /** Seconds by which NotBefore is set back, for a DMP whose clock is late. */
  readonly vihfClockSkewSeconds: number;
  /** Code systems of modality and region: the value set OIDs of the samples (`jdv`), or DCM and SNOMED CT (`ci-sis`). */
  readonly eventCodeScheme: 'jdv' | 'ci-sis';
  /** authorPerson: the DRIMbox itself (ANS validator sample) or the report's author (proof of concept). */
  readonly authorMode: 'system' | 'cda';
  /** Identity of the DRIMbox as an author; its id is `<structure id>/<localId>` (PS_IdNat of a system). */
  readonly system: { readonly localId: string; readonly name: string; readonly vendor: string };
  /** Assigning authority of the Study UID in referenceIdList: the samples carry a dummy OID, the value set asks for none. */
  readonly studyUidAuthority: string | null;
  /** Case of the SHA-1 hexadecimal hash: both are seen. */
  readonly hashCase: 'lower' | 'upper';
  /** Submission-set signature: see docs/decisions/xml-signing.md. */
  readonly signatureAlgorithms: 'rsa-sha1' | 'rsa-sha256';
  /**
   * Signature of the submission set of a deletion (ITI-57). No public source asks for one or shows one, and the
   * transaction carries no document that could hold it: none is the only form known, until the DMP's guide is.
   */
  readonly deletionSignature: 'none';
  /** contentTypeCode by patient class (PV1-2), and the one used when the class is absent or unknown. */
  readonly contentTypeByPatientClass: Readonly<Record<string, Coded>>;
  readonly defaultContentType: Coded;
  /** Title and comments of the KOS entry, as the official sample words them. */
  readonly title: string;
  readonly comments: string;
  /** Zone of CDA times that carry no offset. */
  readonly localTimeZone: string;
}

/** ANS terminology TRE_R209 (type d'activité), its labels as of 2026. */
const CONTENT_TYPE = '1.2.250.1.213.2.2';
const CONSULTATION: Coded = { code: '07', system: CONTENT_TYPE, display: 'Consultation Soins Externes' };

export const DEFAULT_XDS_SETTINGS: XdsSettings = {
  vihfVersion: '4.0',
  vihfValiditySeconds: 300,
  vihfClockSkewSeconds: 60,
  eventCodeScheme: 'jdv',
  authorMode: 'system',
  system: { localId: 'DRIMBOX', name: 'DRIMBox', vendor: 'DRIMBOX' },
  studyUidAuthority: '1.2.3.4.5.6',
  hashCase: 'lower',
  signatureAlgorithms: 'rsa-sha256',
  deletionSignature: 'none',
  contentTypeByPatientClass: {
    I: {
      code: '03',
      system: CONTENT_TYPE,
      display: 'Hospitalisation complète (non compris hospitalisation de semaine)',
    },
    O: CONSULTATION,
    R: { code: '19', system: CONTENT_TYPE, display: 'Traitement et Cure Ambulatoire' },
    N: { code: '97', system: CONTENT_TYPE, display: "Type d'activité indifférencié" },
    E: CONSULTATION,
  },
  defaultContentType: CONSULTATION,
  title: "Reference d'Objets d'un Examen d'Imagerie",
  comments: 'KOS',
  localTimeZone: 'Europe/Paris',
};
