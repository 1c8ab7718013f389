import type { TestIdentity } from '../oidc/shape.js';
import { HOSTILE } from '../studies/hostile-texts.js';

/** Code systems as the claims of Pro Santé Connect carry them. */
const ROLE = '1.2.250.1.213.1.1.5.5';
const SECTOR = '1.2.250.1.71.4.2.4';

interface Activity {
  readonly structure: string;
  readonly name: string;
  readonly sector?: string;
}

interface Person {
  readonly login: string;
  readonly rpps: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly label: string;
  readonly profession: string;
  readonly category?: string;
  readonly speciality?: string;
  readonly activities: readonly Activity[];
}

const CABINET: Activity = { structure: 'R10000000000017', name: 'CABINET SANDBOX UN', sector: 'SA07' };
const HOSPITAL: Activity = { structure: 'F010000017', name: 'HOPITAL SANDBOX', sector: 'SA01' };

/** Claims of scope_all, in the shape of published examples. All persons are invented; 8997… is the range of test persons. */
const professional = (person: Person): TestIdentity => {
  const [only, second] = person.activities;
  // With several situations the provider does not choose: the claims of the structure are empty.
  const single = second === undefined ? only : undefined;
  const nationalId = `8${person.rpps}`;
  return {
    id: `f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:${nationalId}`,
    login: person.login,
    label: `${person.label} — ${person.givenName} ${person.familyName}`,
    acr: 'eidas3',
    amr: ['ecps'],
    claims: {
      preferred_username: nationalId,
      SubjectNameID: nationalId,
      given_name: person.givenName,
      family_name: person.familyName,
      email_verified: false,
      SubjectRole: [`${person.profession}^${ROLE}`],
      SubjectOrganization: single?.name ?? '',
      SubjectOrganizationID: single?.structure ?? '',
      Secteur_Activite: single?.sector === undefined ? '' : `${single.sector}^${SECTOR}`,
      Mode_Acces_Raison: '',
      Acces_Regulation_Medicale: 'FAUX',
      Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
      PSI_Locale: '1.2.250.1.213.1.3.1.1',
      UITVersion: '1.0',
      otherIds: [{ identifiant: nationalId, origine: 'RPPS', qualite: 1 }],
      SubjectRefPro: {
        codeCivilite: 'MME',
        exercices: [
          {
            codeProfession: person.profession,
            codeCategorieProfessionnelle: person.category ?? 'C',
            codeCiviliteDexercice: 'DR',
            nomDexercice: person.familyName,
            prenomDexercice: person.givenName,
            codeTypeSavoirFaire: person.speciality === undefined ? '' : 'S',
            codeSavoirFaire: person.speciality ?? '',
            activities: person.activities.map((activity) => ({
              codeModeExercice: 'L',
              codeSecteurDactivite: activity.sector ?? '',
              codeSectionPharmacien: '',
              codeRole: '',
              numeroSiretSite: '',
              numeroSirenSite: '',
              numeroFinessSite: '',
              numeroFinessetablissementJuridique: '',
              identifiantTechniqueDeLaStructure: activity.structure,
              raisonSocialeSite: activity.name,
              enseigneCommercialeSite: '',
              autoriteDenregistrement: '',
              codeGenreActivite: 'GENR01',
            })),
          },
        ],
      },
    },
  };
};

const radiologist = professional({
  login: 'radiologue',
  rpps: '99700100017',
  givenName: 'ELISE',
  familyName: 'RAYON-TEST',
  label: 'Médecin radiologue',
  profession: '10',
  speciality: 'SM44',
  activities: [CABINET],
});

/** The professionals of the sandbox: invented. */
export const PROFESSIONALS: readonly TestIdentity[] = [
  radiologist,
  professional({
    login: 'multi-situations',
    rpps: '99700100025',
    givenName: 'KOFI',
    familyName: 'DEUXLIEUX-TEST',
    label: 'Médecin, deux situations',
    profession: '10',
    activities: [CABINET, HOSPITAL],
  }),
  professional({
    login: 'sage-femme',
    rpps: '99700100033',
    givenName: 'ANAÏS',
    familyName: 'NAISSANCE-TEST',
    label: 'Sage-femme',
    profession: '50',
    activities: [HOSPITAL],
  }),
  professional({
    login: 'dieteticien',
    rpps: '99700100041',
    givenName: 'PAUL',
    familyName: 'MENU-TEST',
    label: 'Diététicien (non habilité)',
    profession: '95',
    activities: [CABINET],
  }),
  professional({
    login: 'etudiant',
    rpps: '99700100058',
    givenName: 'LEO',
    familyName: 'INTERNE-TEST',
    label: 'Étudiant en médecine (non habilité)',
    profession: '10',
    category: 'E',
    activities: [HOSPITAL],
  }),
  professional({
    login: 'textes-hostiles',
    rpps: '99700100074',
    givenName: HOSTILE.attribute,
    familyName: HOSTILE.element,
    label: 'Textes qui se donnent pour du code',
    profession: '10',
    activities: [
      { ...CABINET, name: HOSTILE.element },
      { ...HOSPITAL, name: HOSTILE.attribute },
    ],
  }),
  {
    ...radiologist,
    id: 'f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:899700100066',
    login: 'champs-vides',
    label: 'Champs vides — TEST',
    claims: {
      ...radiologist.claims,
      preferred_username: '899700100066',
      SubjectNameID: '899700100066',
      given_name: '',
      family_name: 'VIDE-TEST',
      SubjectRole: [],
      SubjectOrganization: '',
      SubjectOrganizationID: '',
      Secteur_Activite: '',
      otherIds: [],
      SubjectRefPro: {},
    },
  },
];
