import type { StudyOptions } from '../studies/generate-study.js';
import type { Told } from './expect-acknowledgement.js';

/** Studies that the messages report; accession number and local id as their CDAs say. Only the OMIs name a study 101. */
export const KNEE = {
  number: 102,
  patientId: 'IPP101',
  series: [{ modality: 'MR', instances: 2 }],
} satisfies StudyOptions;
export const HEAD = {
  studyUid: '1.3.6.1.4.1.5962.99.1.3711725607.829148806.1687338938407.3.0',
  accession: '7252295367250056',
  patientId: 'any: the report names none',
  series: [{ modality: 'CT', instances: 2 }],
} satisfies StudyOptions;
export const SCAN = {
  number: 112,
  patientId: '1234567890121',
  series: [{ modality: 'CT', instances: 2 }],
} satisfies StudyOptions;
export const KNEE_UID = '1.2.250.1.213.4.5.2.1.102';
export const HEAD_UID = HEAD.studyUid;
const SCAN_UID = '1.2.250.1.213.4.5.2.1.112';
const OTHER_UID = '1.2.250.1.213.4.5.2.1.101';

/** One line of the journal, and where the one exam (if any) ends. */
export interface Row {
  readonly told: Told;
  readonly journal: readonly [outcome: string, code?: string, location?: string];
  readonly notes?: readonly string[];
  readonly exam?: readonly [study: string, state: string, ...waiting: string[]];
  /** The structure in whose name the DMP got its one entry. */
  readonly entryOf?: string;
  /** XDS confidentiality codes after N. */
  readonly hidden?: readonly string[];
}

const published = (study: string, entryOf: string, ...hidden: string[]): Row => ({
  told: 'AA',
  journal: ['accepted'],
  exam: [study, 'published'],
  entryOf,
  hidden,
});
/** A withdrawal that comes alone: its exam is made as withdrawn, and its report may come later. */
const withdrawn = (study: string, ...notes: string[]): Row => ({
  told: 'AA',
  journal: ['accepted'],
  notes,
  exam: [study, 'withdrawn'],
});
/** A PACS notice about an exam: kept. */
const parked = (study: string, event: string): Row => ({
  told: 'AA',
  journal: ['accepted'],
  exam: [study, 'none', event],
});
const refused = (code: string, location: string, at: string, hl7: string): Row => ({
  told: { msa: 'AE', at, hl7 },
  journal: ['refused', code, location],
});
const taken = (code: string, ...notes: string[]): Row => ({ told: 'AA', journal: ['ignored', code], notes });
const NOT_XML = refused('DRIM-208', 'OBX[1]-5', 'OBX^1^5', '102^Data type error^HL70357');
/** Level 1 and level 3 of one report: legal, outside the second wave (interop §1.2). */
const TWO_DOCUMENTS = refused('DRIM-220', 'OBX[2]', 'OBX^2', '198^Non-conformant cardinality^HL70357');
const ACKNOWLEDGEMENT: Row = { told: 'nothing', journal: ['ignored', 'DRIM-215'] };
const PATIENT = 'INVISIBLE_PATIENT';
const REPRESENTATIVES = 'INVISIBLE_REPRESENTANTS_LEGAUX';

/** Every official and made HL7 file, each sent alone to a clean state. */
export const ROWS: Readonly<Record<string, Row>> = {
  'ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_INIT_N1.er7': NOT_XML,
  'ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_INIT_N1_Base64.er7': published(
    HEAD_UID,
    '300017985',
    PATIENT,
    REPRESENTATIVES,
  ),
  'ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_RPLC_N1.er7': published(HEAD_UID, '300017985'),
  'ans-hl7v2/mdm-cr-radio/ack_T04.er7': ACKNOWLEDGEMENT,
  'ans-hl7v2/mdm-cr-radio/ack_T10.er7': ACKNOWLEDGEMENT,
  'ans-hl7v2/oru/message_ORU_CR_Bio_INIT_N1_N3.hl7': TWO_DOCUMENTS,
  'ans-hl7v2/oru/message_ORU_CR_Bio_RPLC_N1_N3.er7': TWO_DOCUMENTS,
  'ans-hl7v2/oru/message_ORU_CR_Bio_DEL_N1_N3.er7': TWO_DOCUMENTS,
  'ans-hl7v2/oru/ack.hl7': ACKNOWLEDGEMENT,
  'drim-m-data/omi/OMI_O23-ImagingOrder.hl7': parked(OTHER_UID, 'exam.omi'),
  'drim-m-data/pfi-hl7/ORU_R01_K.hl7': published(SCAN_UID, '101235555', PATIENT, REPRESENTATIVES),
  'interop/hl7v2/mdm_t02_init.er7': published(HEAD_UID, '300017985', PATIENT, REPRESENTATIVES),
  'interop/hl7v2/mdm_t02_init_short_payload.er7': NOT_XML,
  'interop/hl7v2/mdm_t10_replace.er7': published(HEAD_UID, '300017985'),
  'interop/hl7v2/mdm_t04_delete_BADPADDING.er7': withdrawn(HEAD_UID, 'DRIM-216'),
  'interop/hl7v2/oru_r01_init_bio.hl7': taken('DRIM-213'),
  'interop/hl7v2/oru_r01_replace_bio_BADPADDING.hl7': taken('DRIM-213', 'DRIM-216'),
  'interop/hl7v2/gen_oru_r01_img_init.hl7': published(KNEE_UID, '101235554'),
  'interop/hl7v2/gen_oru_r01_img_init_invisible_patient.hl7': published(KNEE_UID, '101235554', PATIENT),
  'interop/hl7v2/gen_oru_r01_img_replace.hl7': published(KNEE_UID, '101235554'),
  'interop/hl7v2/gen_oru_r01_img_replace_make_visible.hl7': published(KNEE_UID, '101235554'),
  'interop/hl7v2/gen_oru_r01_img_delete.hl7': withdrawn(KNEE_UID),
  'interop/hl7v2/gen_oru_r01_img_INCOHERENT_orc_obx11.hl7': refused(
    'DRIM-207',
    'OBX[1]-11',
    'OBX^1^11',
    '199^Other HL7 error^HL70357',
  ),
  'interop/hl7v2/gen_mdm_t02_img_init.hl7': published(KNEE_UID, '101235554'),
  'interop/hl7v2/gen_mdm_t10_img_replace.hl7': published(KNEE_UID, '101235554'),
  'interop/hl7v2/gen_mdm_t04_img_delete.hl7': withdrawn(KNEE_UID),
  'interop/hl7v2/gen_omi_o23_study_updated.hl7': parked(KNEE_UID, 'exam.omi'),
  'interop/hl7v2/omi_o23_teleradiologie_flux4.hl7': taken('DRIM-223'),
  'interop/hl7v2/gen_ack_aa.hl7': ACKNOWLEDGEMENT,
  'interop/hl7v2/gen_ack_ae_required_field.hl7': ACKNOWLEDGEMENT,
  'interop/hl7v2/gen_ack_ar_reemit_later.hl7': ACKNOWLEDGEMENT,
  'interop/hl7v2/ack_t04_aa.er7': ACKNOWLEDGEMENT,
  'interop/hl7v2/ack_t10_aa.er7': ACKNOWLEDGEMENT,
};

export interface OtherPacs {
  readonly file: string;
  readonly pacs: readonly StudyOptions[];
  readonly study: string;
  readonly state: string;
  readonly code: string;
}

/** First transmissions that meet a PACS which does not hold the study as the report says. */
export const AT_ANOTHER_PACS: readonly OtherPacs[] = [
  { file: 'interop/hl7v2/gen_oru_r01_img_init.hl7', pacs: [], study: KNEE_UID, state: 'absent', code: 'DRIM-400' },
  { file: 'interop/hl7v2/mdm_t02_init.er7', pacs: [KNEE, SCAN], study: HEAD_UID, state: 'absent', code: 'DRIM-400' },
  {
    file: 'interop/hl7v2/gen_mdm_t02_img_init.hl7',
    pacs: [{ ...KNEE, accession: 'ACN999' }],
    study: KNEE_UID,
    state: 'mismatched',
    code: 'DRIM-401',
  },
  {
    file: 'interop/hl7v2/mdm_t02_init.er7',
    pacs: [{ ...HEAD, accession: 'ACN999' }],
    study: HEAD_UID,
    state: 'mismatched',
    code: 'DRIM-401',
  },
  {
    file: 'drim-m-data/pfi-hl7/ORU_R01_K.hl7',
    pacs: [{ ...SCAN, patientId: 'IPP999' }],
    study: SCAN_UID,
    state: 'mismatched',
    code: 'DRIM-402',
  },
];
