import type { ExamIdentity, ViewPatient } from '@drimbox/contracts';
import { type InsTraits, TEST_INS_OIDS } from '@drimbox/identity';

type Patient = ExamIdentity['patient'];

/** The traits of the KOS as the match of identities takes them. */
export const insTraitsOf = (patient: Patient): InsTraits => ({
  birthName: patient.birthName,
  firstGivenName: patient.firstBirthGiven,
  ...(patient.birthGivens !== '' && { givenNames: patient.birthGivens.split(' ') }),
  birthDate: patient.birthDate,
  sex: patient.sex === 'U' ? 'unknown' : patient.sex,
  ...(patient.birthPlace !== undefined && { birthPlace: patient.birthPlace }),
});

/** The traits that stand above the images (INS/va1.36); `more` when the site shows them. */
export const viewPatientOf = (patient: Patient, more: boolean): ViewPatient => ({
  birthName: patient.birthName,
  firstBirthGiven: patient.firstBirthGiven,
  birthDate: dashed(patient.birthDate) ?? '0000-00-00',
  sex: patient.sex === 'U' ? 'I' : patient.sex,
  birthPlace: { code: (patient.birthPlace ?? '').slice(0, 5) },
  ...(more && {
    more: {
      ins: patient.matricule,
      oid: patient.oid.slice(0, 64),
      birthGivens: patient.birthGivens,
      ...(patient.usedGiven !== undefined && { usedGiven: patient.usedGiven }),
      ...(patient.usedName !== undefined && { usedName: patient.usedName }),
    },
  }),
  test: TEST_INS_OIDS.includes(patient.oid),
});

/** YYYYMMDD as YYYY-MM-DD; undefined when it is none. */
export const dashed = (date: string | undefined): string | undefined => {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(date ?? '');
  return parts ? parts.slice(1).join('-') : undefined;
};
