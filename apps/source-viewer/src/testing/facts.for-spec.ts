import type { ExamIdentity } from '@drimbox/contracts';
import type { Pivot, Professional } from '@drimbox/identity';
import type { KnownExam } from '../projection/projection.repository.js';

/** The national test identity and an invented exam. */
export const IDENTITY: ExamIdentity = {
  examId: '00000000-0000-4000-8000-000000000001',
  kos: '1.2.3.9',
  patient: {
    matricule: '279035121518989',
    oid: '1.2.250.1.213.1.4.10',
    birthName: 'PAT-TROIS',
    birthGivens: 'DOMINIQUE',
    firstBirthGiven: 'DOMINIQUE',
    birthDate: '19790328',
    sex: 'F',
    birthPlace: '63220',
  },
  accessions: ['A1', 'A2'],
  documents: { current: ['1.2.9^2'], former: ['1.2.9^1'] },
  description: 'Scanner du thorax',
  series: [
    {
      uid: '1.2.3.1',
      number: 1,
      modality: 'CT',
      description: 'Thorax',
      instances: [
        { uid: '1.2.3.1.1', sopClass: '1.2.840.10008.5.1.4.1.1.2', keyObjects: ['1.2.3.2.1'] },
        { uid: '1.2.3.1.2', sopClass: '1.2.840.10008.5.1.4.1.1.2', keyObjects: [] },
      ],
    },
    {
      uid: '1.2.3.2',
      modality: 'KO',
      description: '',
      instances: [{ uid: '1.2.3.2.1', sopClass: '1.2.840.10008.5.1.4.1.1.88.59', keyObjects: [] }],
    },
    {
      uid: '1.2.3.3',
      modality: 'SR',
      description: 'Dose',
      instances: [{ uid: '1.2.3.3.1', sopClass: '1.2.840.10008.5.1.4.1.1.88.67', keyObjects: [] }],
    },
  ],
};

export const EXAM: KnownExam = {
  examId: IDENTITY.examId,
  site: 'site',
  pacsLink: 'pacs',
  study: '1.2.3',
  shown: true,
  invisibleToSubject: false,
};

export const PIVOT: Pivot = {
  subject: 'sub',
  familyName: 'PAT-TROIS',
  givenNames: 'DOMINIQUE',
  birthDate: '1979-03-28',
  gender: 'female',
  birthPlace: '63220',
  birthCountry: '99100',
  acr: 'eidas2',
  amr: ['fc'],
};

/** An invented professional of two situations. */
export const PROFESSIONAL: Professional = {
  subject: 'f:test:899700100025',
  nationalId: '899700100025',
  rpps: '99700100025',
  givenName: 'KOFI',
  familyName: 'DEUXLIEUX-TEST',
  roles: [{ code: '10', system: '1.2.250.1.213.1.1.5.5' }],
  situations: [
    { profession: { code: '10', system: '1.2.250.1.213.1.1.5.5' }, structure: { id: 'R1', name: 'CABINET UN' } },
    { profession: { code: '10', system: '1.2.250.1.213.1.1.5.5' }, structure: { id: 'F1', name: 'HOPITAL' } },
    { profession: { code: '95', system: '1.2.250.1.213.1.1.5.5' }, structure: { id: 'F1', name: 'HOPITAL' } },
  ],
};
