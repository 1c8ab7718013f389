import { INS_TEST_OID, matriculeKey, PAT_TROIS, type TestPatient } from './test-patient.js';

const insured = (matricule: string, person: Omit<TestPatient, 'ins' | 'insOid' | 'firstGiven'>): TestPatient => ({
  ...person,
  ins: matricule + matriculeKey(matricule),
  insOid: INS_TEST_OID,
  firstGiven: person.birthGivens.split(' ')[0] ?? '',
});

/**
 * Persons of the FranceConnect+ sandbox, by their login, as INS knows them: in capitals, without accents. Their studies are opened by
 * the identity of the same name, however that spells it.
 */
export const INSURED = {
  'pat-trois': PAT_TROIS,
  simple: insured('2800575115001', {
    birthFamily: 'PATIENT-TEST',
    birthGivens: 'MARIE',
    sex: 'F',
    birthDate: '19800517',
    birthPlace: '75115',
  }),
  accents: insured('2921269123002', {
    birthFamily: "D'ETOEILE-TESTE",
    birthGivens: 'ZOE ANAIS FRANCOISE',
    sex: 'F',
    birthDate: '19921201',
    birthPlace: '69123',
  }),
  compose: insured('155032A004003', {
    birthFamily: 'SANTINI-TEST',
    birthGivens: 'JEAN-PIERRE ANGE PAUL',
    sex: 'M',
    birthDate: '19550308',
    birthPlace: '2A004',
  }),
  etranger: insured('2740999123004', {
    birthFamily: 'TESTOVA',
    birthGivens: 'OLGA',
    sex: 'F',
    birthDate: '19740923',
    birthPlace: '99123',
  }),
  presume: insured('1600199341005', {
    birthFamily: 'PRESUME-TEST',
    birthGivens: 'AMADOU',
    sex: 'M',
    birthDate: '19600101',
    birthPlace: '99341',
  }),
  mineur: insured('1150275115006', {
    birthFamily: 'PATIENT-TEST',
    birthGivens: 'LUCIEN',
    sex: 'M',
    birthDate: '20150228',
    birthPlace: '75115',
  }),
  eidas: insured('2840199109007', {
    birthFamily: 'MUSTERMANN-TEST',
    birthGivens: 'ERIKA',
    sex: 'F',
    birthDate: '19840126',
    birthPlace: '99109',
  }),
} as const satisfies Record<string, TestPatient>;
export type Insured = keyof typeof INSURED;
