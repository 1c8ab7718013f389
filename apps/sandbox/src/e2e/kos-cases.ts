import type { ReportOf } from '../mesh/report-of.js';
import type { ReportedStudy } from '../ris/cda/report-options.js';
import type { StudyOptions } from '../studies/generate-study.js';
import { PAT_TROIS } from '../studies/test-patient.js';

export interface KosCase {
  readonly name: string;
  readonly study: Omit<StudyOptions, 'number'>;
  readonly report?: Omit<ReportOf, 'document' | 'cda'>;
  readonly level?: 3;
  /** What the report says of the study, when not all there is to say. */
  readonly reported?: (study: ReportedStudy) => ReportedStudy;
  readonly withoutLocalId?: boolean;
  readonly site?: number;
  /** Latin-1 when every text of the KOS fits it, else UTF-8 (drimbox-rules §3.2, interop §4.1). */
  readonly charset: 'ISO_IR 100' | 'ISO_IR 192';
  /** XDS confidentiality codes after N. */
  readonly hidden?: readonly string[];
}

const CT: StudyOptions['series'] = [{ modality: 'CT', instances: 2 }];
const LATIN = { study: { series: CT }, charset: 'ISO_IR 100' } as const;

/** The labels of MR and US acts in the sandbox's reports have a typographic apostrophe, which Latin-1 lacks. */
export const CASES: readonly KosCase[] = [
  { name: 'CT', study: { series: [{ modality: 'CT', instances: 3 }] }, charset: 'ISO_IR 100' },
  {
    name: 'MR, two series',
    study: {
      series: [
        { modality: 'MR', instances: 10, description: 'T1 sagittal' },
        { modality: 'MR', instances: 10, description: 'T2 axial' },
      ],
    },
    charset: 'ISO_IR 192',
  },
  {
    name: 'US, several frames',
    study: { series: [{ modality: 'US', instances: 2, frames: 3 }] },
    charset: 'ISO_IR 192',
  },
  { name: 'MG', study: { series: [{ modality: 'MG', instances: 2 }] }, charset: 'ISO_IR 100' },
  { name: 'with a Key Object', study: { series: [...CT, { modality: 'KO' }] }, charset: 'ISO_IR 100' },
  { name: 'with a structured report', study: { series: [...CT, { modality: 'SR' }] }, charset: 'ISO_IR 100' },
  {
    ...LATIN,
    name: 'PACS in Latin-1',
    study: { series: CT, charset: 'ISO_IR 100', description: 'Genou dévié, à jeun' },
  },
  { ...LATIN, name: 'PACS in UTF-8', study: { series: CT, charset: 'ISO_IR 192', description: 'Genou dévié, à jeun' } },
  {
    name: 'œ in the name',
    study: {
      series: CT,
      charset: 'ISO_IR 192',
      patient: { ...PAT_TROIS, birthFamily: 'SŒUR-ESSAI', usedFamily: 'CŒUR-ESSAI' },
    },
    charset: 'ISO_IR 192',
  },
  { ...LATIN, name: 'level 3 report', level: 3 },
  { ...LATIN, name: 'report without placer number', reported: ({ order: _order, ...study }) => study },
  { ...LATIN, name: 'report without local id', withoutLocalId: true },
  { ...LATIN, name: 'MDM', report: { kind: 'MDM' } },
  { ...LATIN, name: 'legal entity', site: 1 },
  { ...LATIN, name: 'MASQUE_PS', report: { flags: { MASQUE_PS: true } }, hidden: ['MASQUE_PS'] },
  {
    ...LATIN,
    name: 'INVISIBLE_PATIENT',
    report: { flags: { INVISIBLE_PATIENT: true } },
    hidden: ['INVISIBLE_PATIENT'],
  },
  {
    ...LATIN,
    name: 'INVISIBLE_REP_LEGAUX',
    report: { flags: { INVISIBLE_REP_LEGAUX: true } },
    hidden: ['INVISIBLE_REPRESENTANTS_LEGAUX'],
  },
  {
    ...LATIN,
    name: 'all three flags',
    report: { flags: { MASQUE_PS: true, INVISIBLE_PATIENT: true, INVISIBLE_REP_LEGAUX: true } },
    hidden: ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'],
  },
];

/** Attributes of our KOS that the official one of November 2023 (samples, drim-m-poc/KOS/ko.dcm) does not have; it has none that ours lacks. */
export const ADDED_SINCE_2023: Readonly<Record<string, string>> = {
  '(0010,1002).(0010,0021)': 'IssuerOfPatientID in OtherPatientIDs: in the current samples',
  '(0040,a504)': 'ContentTemplateSequence: required by TID 2010',
  '(0040,a504).(0008,0105)': 'its MappingResource, DCMR',
  '(0040,a504).(0040,db00)': 'its TemplateIdentifier, 2010',
  '(0040,a375).(0008,1115).(0020,0011)': 'SeriesNumber: in the current samples',
  '(0040,a375).(0008,1115).(0008,1199).(0020,0013)': 'InstanceNumber: in the current samples',
};

/** Attributes whose value is the same in any KOS of a DRIMbox (drimbox-rules §3.2); the official one has them all. */
export const FIXED_VALUES: Readonly<Record<string, string>> = {
  '(0008,0016)': '1.2.840.10008.5.1.4.1.1.88.59',
  '(0008,0050)': '',
  '(0008,0060)': 'KO',
  '(0008,1111)': '',
  '(0010,0021)': 'ASIP-SANTE-INS-NIR',
  '(0010,0024).(0040,0032)': '1.2.250.1.213.1.4.10',
  '(0010,0024).(0040,0033)': 'ISO',
  '(0010,1002).(0010,0022)': 'TEXT',
  '(0010,1002).(0010,0024).(0040,0032)': '1.2.250.1.213.1.4.10',
  '(0010,1002).(0010,0024).(0040,0033)': 'ISO',
  '(0020,0011)': '59',
  '(0020,0013)': '1',
  '(0040,a040)': 'CONTAINER',
  '(0040,a043).(0008,0100)': '113030',
  '(0040,a043).(0008,0102)': 'DCM',
  '(0040,a043).(0008,0104)': 'MANIFEST',
  '(0040,a050)': 'SEPARATE',
  '(0040,a370).(0008,0051).(0040,0033)': 'ISO',
  '(0040,a370).(0008,1110)': '',
  '(0040,a370).(0032,1060)': '',
  '(0040,a370).(0032,1064)': '',
  '(0040,a370).(0040,0026).(0040,0033)': 'ISO',
  '(0040,a370).(0040,1001)': '',
  '(0040,a370).(0040,2017)': '',
};
