import { DEFAULT_PIVOT_SETTINGS, matchPivot } from '@drimbox/identity';
import { PATIENTS } from '../france-connect/patients.js';
import { INSURED, type Insured } from './insured.js';
import { matriculeKey } from './test-patient.js';

/** Why the identity of FranceConnect+ is not that of the person of the same login; undefined: it is. */
function refused(login: Insured): string | undefined {
  const identity = PATIENTS.find((one) => one.login === login);
  if (!identity) throw new Error(`nobody signs in as ${login}`);
  const { claims, acr, amr } = identity;
  const claim = (name: string): string => String(claims[name]);
  const { birthFamily, birthGivens, firstGiven, sex, birthDate, birthPlace } = INSURED[login];
  const match = matchPivot(
    {
      subject: login,
      familyName: claim('family_name'),
      givenNames: claim('given_name'),
      birthDate: claim('birthdate'),
      gender: claim('gender') === 'male' ? 'male' : 'female',
      birthPlace: claim('birthplace'),
      birthCountry: claim('birthcountry'),
      acr,
      amr,
    },
    {
      birthName: birthFamily,
      firstGivenName: firstGiven,
      givenNames: birthGivens.split(' '),
      birthDate,
      sex,
      birthPlace,
    },
    DEFAULT_PIVOT_SETTINGS,
  );
  return match.ok ? undefined : match.reason;
}

it.each<Insured>(['pat-trois', 'simple', 'accents', 'compose', 'etranger', 'mineur'])(
  '%s is recognised however their identity is spelt',
  (login) => expect(refused(login)).toBeUndefined(),
);

it.each<[Insured, string]>([
  ['eidas', 'eidas'],
  ['presume', 'partial-date'],
])('%s is not', (login, why) => expect(refused(login)).toBe(why));

it('gives each a matricule with its key, and none to two', () => {
  const all = Object.values(INSURED).map(({ ins }) => ins);
  expect(new Set(all).size).toBe(all.length);
  for (const ins of all) expect(ins.slice(13)).toBe(matriculeKey(ins.slice(0, 13)));
});
