import type { TestIdentity } from '../oidc/shape.js';

interface Person {
  readonly login: string;
  readonly label: string;
  readonly familyName: string;
  readonly givenNames: string;
  readonly birthDate: string;
  readonly gender: 'male' | 'female';
  /** INSEE code; empty: born abroad. */
  readonly birthPlace: string;
  readonly birthCountry?: string;
  readonly acr?: string;
  readonly amr?: string;
}

const FRANCE = '99100';

const patient = (person: Person): TestIdentity => ({
  id: `sandbox-fc-${person.login}v2`,
  login: person.login,
  label: `${person.givenNames} ${person.familyName} — ${person.label}`,
  acr: person.acr ?? 'eidas2',
  amr: [person.amr ?? 'fc'],
  claims: {
    given_name: person.givenNames,
    family_name: person.familyName,
    birthdate: person.birthDate,
    gender: person.gender,
    birthplace: person.birthPlace,
    birthcountry: person.birthCountry ?? FRANCE,
    email: `${person.login}@sandbox.test`,
  },
});

/** The patients of the sandbox: invented, but for the national test identity. */
export const PATIENTS: readonly TestIdentity[] = [
  // The national test identity of the sandbox's studies.
  patient({
    login: 'pat-trois',
    label: 'la patiente des examens de démonstration',
    familyName: 'PAT-TROIS',
    givenNames: 'DOMINIQUE',
    birthDate: '1979-03-28',
    gender: 'female',
    birthPlace: '63220',
  }),
  patient({
    login: 'simple',
    label: 'cas simple',
    familyName: 'PATIENT-TEST',
    givenNames: 'MARIE',
    birthDate: '1980-05-17',
    gender: 'female',
    birthPlace: '75115',
  }),
  patient({
    login: 'accents',
    label: 'accents et apostrophe',
    familyName: "D'Étœile-Testé",
    givenNames: 'Zoé Anaïs Françoise',
    birthDate: '1992-12-01',
    gender: 'female',
    birthPlace: '69123',
  }),
  patient({
    login: 'compose',
    label: 'prénom composé, plusieurs prénoms, né en Corse',
    familyName: 'SANTINI TEST',
    givenNames: 'Jean-Pierre Ange Paul',
    birthDate: '1955-03-08',
    gender: 'male',
    birthPlace: '2A004',
  }),
  patient({
    login: 'etranger',
    label: 'née à l’étranger',
    familyName: 'TESTOVA',
    givenNames: 'OLGA',
    birthDate: '1974-09-23',
    gender: 'female',
    birthPlace: '',
    birthCountry: '99123',
  }),
  patient({
    login: 'presume',
    label: 'présumé né en',
    familyName: 'PRESUME-TEST',
    givenNames: 'AMADOU',
    birthDate: '1960-00-00',
    gender: 'male',
    birthPlace: '',
    birthCountry: '99341',
  }),
  patient({
    login: 'mineur',
    label: 'mineur',
    familyName: 'PATIENT-TEST',
    givenNames: 'LUCIEN',
    birthDate: '2015-02-28',
    gender: 'male',
    birthPlace: '75115',
  }),
  patient({
    login: 'eidas',
    label: 'utilisateur européen (eIDAS)',
    familyName: 'MUSTERMANN-TEST',
    givenNames: 'Erika',
    birthDate: '1984-01-26',
    gender: 'female',
    birthPlace: 'Berlin',
    birthCountry: 'DE',
    amr: 'eidas',
  }),
  patient({
    login: 'niveau-faible',
    label: 'niveau trop faible',
    familyName: 'PATIENT-TEST',
    givenNames: 'MARIE',
    birthDate: '1980-05-17',
    gender: 'female',
    birthPlace: '75115',
    acr: 'eidas1',
  }),
];
