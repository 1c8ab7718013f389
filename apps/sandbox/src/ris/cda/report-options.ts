import type { Signatory, TestStructure } from '../actors.js';
import type { Study } from '../../studies/generate-study.js';
import type { TestPatient } from '../../studies/test-patient.js';

/** One study the report is about. */
export interface ReportedStudy {
  readonly uid: string;
  /** Absent: the header has no accession number for this study. */
  readonly accession?: string;
  readonly order?: string;
  /** DICOM modality; absent: the header does not say. */
  readonly modality?: string;
  /** LOINC act, and its CCAM translation when there is one. */
  readonly act: { readonly code: string; readonly display: string; readonly ccam?: string };
  /** HL7 v3 times, YYYYMMDDHHMMSS+ZZZZ. */
  readonly start: string;
  readonly stop: string;
}

export interface ReportOptions {
  /** Document id, an OID. Default …5.4.401. */
  readonly id?: string;
  /** Family of versions; by default the same for every report about the same studies. */
  readonly setId?: string;
  readonly version?: number;
  /** Id of the report this one replaces (relatedDocument RPLC). */
  readonly replaces?: string;
  readonly studies: readonly ReportedStudy[];
  readonly title?: string;
  /** 1: PDF body (default). 3: structured body with the DICOM object catalogue. */
  readonly level?: 1 | 3;
  /** confidentialityCode: N normal, R restricted, V very restricted. */
  readonly confidentiality?: 'N' | 'R' | 'V';
  readonly patient?: TestPatient;
  /** Local id (IPP); null: the header carries the INS alone. */
  readonly patientId?: string | null;
  readonly author?: Signatory;
  /** Its structure chooses the certificate that feeds the DMP. */
  readonly legalAuthenticator?: Signatory;
  /** The structure that performed the studies: leads to the PACS. */
  readonly performer?: TestStructure;
  /** HL7 v3 time of the report. */
  readonly effectiveTime?: string;
}

/** A report ready to be sent: the CDA and what a message repeats of it. */
export interface ReportDocument {
  readonly xml: string;
  readonly id: string;
  readonly replaces?: string;
  readonly patient: TestPatient;
  readonly patientId: string | null;
}

/** LOINC acts of the generator's modalities (JDV 1.2.250.1.213.1.1.5.687), for display only. */
const ACTS: Readonly<Record<string, ReportedStudy['act']>> = {
  CT: { code: '24627-2', display: 'Scanner du thorax', ccam: 'ZBQK001' },
  MR: { code: '24590-2', display: 'IRM de l’encéphale' },
  DX: { code: '36643-5', display: 'Radiographie du thorax' },
  MG: { code: '24606-6', display: 'Mammographie de dépistage' },
  US: { code: '24558-9', display: 'Échographie de l’abdomen' },
};
const OTHER_ACT = { code: '18748-4', display: 'Examen d’imagerie médicale' };

/** What a report says about a generated study. */
export function reportedStudy(study: Study): ReportedStudy {
  const modality = study.series[0]?.modality;
  const at = `${study.date}${study.time}+0100`;
  return {
    uid: study.uid,
    accession: study.accession,
    order: study.accession.replace('ACN', 'OPN'),
    ...(modality === undefined ? {} : { modality }),
    act: ACTS[modality ?? ''] ?? OTHER_ACT,
    start: at,
    stop: at,
  };
}
