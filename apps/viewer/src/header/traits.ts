import type { ViewPatient } from '@drimbox/contracts';
import type { TextKey } from '../i18n/i18n.js';

export interface Trait {
  readonly key: TextKey;
  readonly value: string;
}

interface Wording {
  say(key: TextKey): string;
  date(iso: string): string;
}

const SEX: Readonly<Record<ViewPatient['sex'], TextKey>> = { M: 'sexM', F: 'sexF', I: 'sexI' };

/** INS traits in the order of the national rule (INS/va1.36): the five of the default set, then those the site added. */
export function traitsOf(patient: ViewPatient, wording: Wording): Trait[] {
  const { birthName, firstBirthGiven, birthDate, sex, birthPlace, more } = patient;
  const place = birthPlace.name === undefined ? birthPlace.code : `${birthPlace.name} (${birthPlace.code})`;
  const all: readonly { key: TextKey; value: string | undefined }[] = [
    { key: 'birthName', value: birthName },
    { key: 'firstBirthGiven', value: firstBirthGiven },
    { key: 'birthDate', value: wording.date(birthDate) },
    { key: 'sex', value: wording.say(SEX[sex]) },
    { key: 'birthPlace', value: place },
    { key: 'ins', value: more?.ins },
    { key: 'oid', value: more?.oid },
    { key: 'birthGivens', value: more?.birthGivens },
    { key: 'usedGiven', value: more?.usedGiven },
    { key: 'usedName', value: more?.usedName },
  ];
  return all.filter((trait): trait is Trait => trait.value !== undefined && trait.value !== '');
}
