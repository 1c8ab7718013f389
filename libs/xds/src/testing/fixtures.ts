import type { SubmissionInput } from '../metadata/input.js';
import type { VihfInput } from '../vihf/vihf.js';

/** A submission of the national test identity PAT-TROIS DOMINIQUE, with invented local ids. */
export const aSubmission = (overrides: Partial<SubmissionInput> = {}): SubmissionInput => ({
  now: new Date('2026-01-02T09:15:10Z'),
  kos: {
    bytes: Buffer.from('not quite a DICOM file, yet bytes: \0\r\n--\xff', 'latin1'),
    sopInstanceUid: '1.2.250.1.213.4.5.3.900.1.1',
    createdAt: new Date('2026-01-02T09:15:00Z'),
  },
  submissionSetUniqueId: '1.2.250.1.213.4.5.3.2.1',
  signatureUniqueId: '2.25.253872960909518376796861585574417771331',
  sourceId: '1.2.250.1.213.4.5.3.1',
  patient: {
    ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
    ipp: { value: 'IPP901', oid: '1.2.250.1.213.4.5.2.4' },
    birthFamily: 'PAT-TROIS',
    birthGivens: ['DOMINIQUE', 'MARIE-LOUISE'],
    firstBirthGiven: 'DOMINIQUE',
    sex: 'F',
    birthDate: '19790328',
  },
  study: {
    uid: '1.2.250.1.213.4.5.2.1.901',
    acts: [{ code: '24802-1', system: '2.16.840.1.113883.6.1', display: 'RM genou' }],
    modalities: [{ code: 'MR', system: '1.2.840.10008.2.16.4', display: 'Résonance magnétique' }],
    regions: [{ code: '61685007', system: '2.16.840.1.113883.6.96', display: 'membre inférieur' }],
    start: '20210108102500+0100',
    stop: '20210108111700+0100',
  },
  accession: { id: 'ACN901', authority: '1.2.250.1.213.4.5.2.5' },
  order: { id: 'OPN901', authority: '1.2.250.1.213.4.5.2.6' },
  structure: { id: '1990000001', name: 'Centre de radiologie Alpha' },
  author: { id: '899700000002', family: 'TEST-AUTEUR', given: 'Alix' },
  legalAuthenticator: { id: '899700000001', family: 'TEST-MEDECIN', given: 'Camille' },
  facilityType: { code: 'SA08', system: '1.2.250.1.71.4.2.4', display: 'Cabinet de groupe' },
  practiceSetting: { code: 'AMBULATOIRE', system: '1.2.250.1.213.1.1.4.9', display: 'Ambulatoire' },
  visibility: { masquePs: false, invisiblePatient: false, invisibleRepresentants: false },
  patientClass: 'O',
  ...overrides,
});

export const aVihf = (overrides: Partial<VihfInput> = {}): VihfInput => ({
  subject: {
    kind: 'professional',
    id: '899700000001',
    family: 'TEST-MÉDECIN',
    given: 'Camille',
    roles: [
      { code: '10', system: '1.2.250.1.71.1.2.7', display: 'Médecin' },
      { code: 'SM44', system: '1.2.250.1.71.4.2.5', display: 'Radio-diagnostic (SM)' },
    ],
  },
  structureId: '1990000001',
  sector: 'SA08',
  ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
  secretConnection: false,
  software: { name: 'DRIMbox', version: '0.1.0', homologationId: 'HOMOLOGATION-1', id: 'LPS-1' },
  ...overrides,
});
