import { cleanText, cutToVr } from '../dataset/text.js';
import { birthGivenNames, usedNameForm } from './kos-facts.js';
import type { KosPatient } from './kos-input.js';

/** One component of a PN: without the characters that PN gives a meaning to. */
const component = (text = ''): string => cleanText(text.replace(/[\^=\\]/g, ' '), 'PN');

/** `family^given`, cut in the given names first: the family name is what a patient is found by (PN holds 64 characters). */
const personName = (family: string, given: string): string =>
  cutToVr(given === '' ? family : `${family}^${given}`, 'PN');

/** PatientName: birth family name and birth given names. */
export const patientName = ({ birthFamily, birthGivens }: KosPatient): string =>
  personName(component(birthFamily), component(birthGivenNames(birthGivens)));

/** OtherPatientNames: the first birth given name, then the used names when the report has any. */
export function otherPatientNames(patient: KosPatient): readonly string[] {
  const first = component(patient.firstBirthGiven ?? patient.birthGivens[0]);
  const family = component(patient.usedFamily);
  const given = component(patient.usedGiven);
  const names = [first === '' ? '' : `^${first}`, family === '' && given === '' ? '' : usedNameForm(family, given)];
  return names.filter((name) => name !== '').map((name) => cutToVr(name, 'PN'));
}
