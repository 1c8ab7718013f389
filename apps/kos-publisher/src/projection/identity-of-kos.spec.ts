import { ExamIdentity } from '@drimbox/contracts';
import { buildKos, type KosInput } from '@drimbox/dicom';
import { identityOfKos } from './identity-of-kos.js';

/** An invented patient with used names, two orders and a key image. */
const INPUT: KosInput = {
  sopInstanceUid: '1.2.3.9',
  seriesUid: '1.2.3.8',
  created: new Date('2026-01-02T09:15:00Z'),
  manufacturer: 'DRIMBOX',
  institution: { name: 'Centre de radiologie', id: '101235555' },
  patient: {
    ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
    birthFamily: "D'ESSAI",
    birthGivens: ['ZOÉ', 'ANAÏS'],
    usedFamily: 'USAGE',
    usedGiven: 'ANAÏS',
    birthDate: '19790328',
    sex: 'F',
    birthPlace: '2A004',
  },
  study: {
    uid: '1.2.3',
    date: '20260101',
    time: '',
    description: 'IRM',
    id: '',
    referringPhysician: '',
    act: 'IRM de l’encéphale',
  },
  orders: [{ accession: { value: 'A1', oid: '1.2.3.4' } }, { accession: { value: 'A2' } }],
  series: [
    {
      uid: '1.2.3.1',
      modality: 'MR',
      number: 1,
      description: 'T1 : sans @ injection',
      retrieveUrl: 'https://db1.example.fr/rs/studies/1.2.3/series/1.2.3.1',
      instances: [{ sopClass: '1.2.840.10008.5.1.4.1.1.4', sopInstance: '1.2.3.1.1', number: 1 }],
    },
  ],
  keyObjects: [
    {
      sopInstance: '1.2.3.5.1',
      series: '1.2.3.5',
      title: { code: '113000', scheme: 'DCM', meaning: 'Of Interest' },
      images: ['1.2.3.1.1'],
    },
  ],
};

it('reads back from a KOS what was put into it', () => {
  const read = identityOfKos(buildKos(INPUT));
  if (!read.ok) throw new Error(read.reason);
  const examId = '00000000-0000-4000-8000-000000000001';
  const identity = ExamIdentity.parse({ examId, ...read.identity, documents: { current: [], former: [] } });
  expect(identity).toMatchObject({
    kos: '1.2.3.9',
    patient: {
      matricule: '279035121518989',
      oid: '1.2.250.1.213.1.4.10',
      birthName: "D'ESSAI",
      birthGivens: 'ZOÉ ANAÏS',
      firstBirthGiven: 'ZOÉ',
      usedName: 'USAGE',
      usedGiven: 'ANAÏS',
      birthDate: '19790328',
      sex: 'F',
      birthPlace: '2A004',
    },
    accessions: ['A1', 'A2'],
    description: 'IRM de l’encéphale',
    date: '20260101',
    place: 'Centre de radiologie',
    series: [
      {
        uid: '1.2.3.1',
        number: 1,
        modality: 'MR',
        description: 'T1 : sans @ injection',
        instances: [{ uid: '1.2.3.1.1', keyObjects: ['1.2.3.5.1'] }],
      },
    ],
  });
});

it('says why when it is no KOS', () => {
  expect(identityOfKos(Buffer.from('no DICOM'))).toMatchObject({ ok: false });
});
