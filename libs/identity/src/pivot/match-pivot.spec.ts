import type { InsTraits } from '../ins/ins-traits.js';
import { DEFAULT_PIVOT_SETTINGS, matchPivot } from './match-pivot.js';
import type { PivotSettings } from './match-pivot.js';
import { normaliseName } from './normalise.js';
import { readPivot } from './pivot.js';
import type { Pivot } from './pivot.js';

// Invented identities.
const pivot: Pivot = {
  subject: 's',
  familyName: 'PATIENT-TEST',
  givenNames: 'Marie Anne Zoé',
  birthDate: '1980-05-17',
  gender: 'female',
  birthPlace: '75115',
  birthCountry: '99100',
  acr: 'eidas2',
  amr: ['fc'],
};
const traits: InsTraits = {
  birthName: 'PATIENT-TEST',
  firstGivenName: 'MARIE',
  birthDate: '19800517',
  sex: 'F',
  birthPlace: '75115',
};

const match = (p: Partial<Pivot> = {}, t: Partial<InsTraits> = {}, s: Partial<PivotSettings> = {}): string => {
  const result = matchPivot({ ...pivot, ...p }, { ...traits, ...t }, { ...DEFAULT_PIVOT_SETTINGS, ...s });
  return result.ok ? 'ok' : result.reason;
};

describe('FranceConnect+ pivot and INS traits', () => {
  it('match when every trait is equal', () => {
    expect(match()).toBe('ok');
    expect(match({}, { birthDate: '1980-05-17' })).toBe('ok');
  });

  it.each<[string, Partial<Pivot>, Partial<PivotSettings>, string]>([
    ['high', { acr: 'eidas3' }, {}, 'ok'],
    ['low', { acr: 'eidas1' }, {}, 'acr'],
    ['no level', { acr: '' }, {}, 'acr'],
    ['European bridge', { amr: ['eidas'] }, {}, 'eidas'],
    ['European bridge among others', { amr: ['fc', 'EIDAS-bridge'] }, {}, 'eidas'],
    ['method not said', { amr: [] }, {}, 'amr'],
    ['method not said, accepted', { amr: [] }, { absentAmr: 'accept' }, 'ok'],
  ])('authentication: %s', (_what, p, s, expected) => {
    expect(match(p, {}, s)).toBe(expected);
  });

  it.each<[Pivot['gender'], InsTraits['sex'], string]>([
    ['female', 'F', 'ok'],
    ['male', 'M', 'ok'],
    ['male', 'F', 'sex'],
    ['female', 'M', 'sex'],
    ['unknown', 'F', 'sex'],
    ['female', 'unknown', 'sex'],
    ['unknown', 'unknown', 'sex'],
  ])('sex: %s and %s', (gender, sex, expected) => {
    expect(match({ gender }, { sex })).toBe(expected);
  });

  it.each<[string, string, PivotSettings['partialDates'], string]>([
    ['1980-05-18', '19800517', 'deny', 'birth-date'],
    ['1980-05-00', '19800500', 'deny', 'partial-date'],
    ['1980-00-00', '19800000', 'deny', 'partial-date'],
    ['1980-05-00', '19800517', 'deny', 'partial-date'],
    ['1980-05-00', '19800500', 'year-month', 'ok'],
    ['1980-05-00', '19800517', 'year-month', 'ok'],
    ['1980-06-00', '19800517', 'year-month', 'birth-date'],
    ['1980-00-00', '19800000', 'year-month', 'partial-date'],
    ['0000-00-00', '00000000', 'year-month', 'partial-date'],
    ['1980-20-31', '19802031', 'year-month', 'partial-date'],
    ['1980-02-31', '19800231', 'deny', 'partial-date'],
    ['1981-02-29', '19810229', 'deny', 'partial-date'],
    ['17/05/1980', '19800517', 'deny', 'birth-date'],
    ['1980-05-17', '', 'deny', 'birth-date'],
    ['1980-05-17', '198005', 'year-month', 'birth-date'],
  ])('birth: %s and %s (%s)', (theirs, ours, partialDates, expected) => {
    expect(match({ birthDate: theirs }, { birthDate: ours }, { partialDates })).toBe(expected);
  });

  it.each<[string, Partial<Pivot>, string | undefined, PivotSettings['absentBirthPlace'], string]>([
    ['another commune', { birthPlace: '75116' }, '75115', 'deny', 'birth-place'],
    ['Corsica', { birthPlace: '2A004' }, '2A004', 'deny', 'ok'],
    ['Corsica, lower case', { birthPlace: '2b033' }, '2B033', 'deny', 'ok'],
    ['the other Corsica', { birthPlace: '2B004' }, '2A004', 'deny', 'birth-place'],
    ['old Corsican code is not mapped', { birthPlace: '2A004' }, '20004', 'deny', 'birth-place'],
    ['abroad', { birthPlace: '', birthCountry: '99123' }, '99123', 'deny', 'ok'],
    ['another country', { birthPlace: '', birthCountry: '99123' }, '99341', 'deny', 'birth-place'],
    ['abroad here, in France there', {}, '99123', 'deny', 'birth-place'],
    ['in France here, abroad there', { birthPlace: '', birthCountry: '99123' }, '75115', 'deny', 'birth-place'],
    ['France is no place of birth', {}, '99100', 'deny', 'birth-place'],
    ['nothing there', { birthPlace: '', birthCountry: '' }, '75115', 'deny', 'birth-place'],
    ['nothing here', {}, undefined, 'deny', 'birth-place-missing'],
    ['nothing here, skipped', {}, '', 'skip', 'ok'],
    ['wrong here is never skipped', {}, '75116', 'skip', 'birth-place'],
  ])('place: %s', (_what, p, birthPlace, absentBirthPlace, expected) => {
    const { birthPlace: _birthPlace, ...rest } = traits;
    const ours = birthPlace === undefined ? rest : { ...rest, birthPlace };
    const result = matchPivot({ ...pivot, ...p }, ours, { ...DEFAULT_PIVOT_SETTINGS, absentBirthPlace });
    expect(result.ok ? 'ok' : result.reason).toBe(expected);
  });

  it.each([
    ["D'Étœile-Testé", 'D ETOEILE TESTE', 'ok'],
    ['D’ETOEILE', "D'ETOEILE", 'ok'],
    ['Le  Goff-Test.', 'LE GOFF TEST', 'ok'],
    ['MÜLLER', 'MULLER', 'ok'],
    ['MÜLLER', 'MUELLER', 'birth-name'],
    ['DUPONT', 'DUPOND', 'birth-name'],
    ['DUPONT-MARTIN', 'DUPONT', 'birth-name'],
    ['DUPONT', 'DUPONT-MARTIN', 'birth-name'],
    ['LEGOFF', 'LE GOFF', 'birth-name'],
    ['MARTIN', '', 'birth-name'],
    ["'", '-', 'birth-name'],
  ])('birth name: %s and %s', (familyName, birthName, expected) => {
    expect(match({ familyName }, { birthName })).toBe(expected);
  });

  it.each<[string, string, string[] | undefined, string]>([
    ['MARIE', 'MARIE', undefined, 'ok'],
    ['Marie Anne', 'MARIE', undefined, 'ok'],
    ['Marie Anne', 'ANNE', undefined, 'given-names'],
    ['Jean-Pierre Ange', 'JEAN PIERRE', undefined, 'ok'],
    ['Jean Pierre Ange', 'JEAN-PIERRE', undefined, 'ok'],
    ['Jean-Pierre Ange', 'JEAN', undefined, 'given-names'],
    ['Jean Ange', 'JEAN PIERRE', undefined, 'given-names'],
    ['Marianne', 'MARIE', undefined, 'given-names'],
    ['Maria', 'MARI', undefined, 'given-names'],
    ['Zoé', 'ZOE', undefined, 'ok'],
    ['', 'ZOE', undefined, 'given-names'],
    ['Zoé', '', undefined, 'given-names'],
    ['Marie Anne', 'MARIE', ['MARIE', 'ANNE'], 'ok'],
    ['Marie Anne', 'MARIE', ['MARIE'], 'given-names'],
    ['Marie', 'MARIE', ['MARIE', 'ANNE'], 'given-names'],
    ['Marie Anne', 'MARIE', ['ANNE', 'MARIE'], 'given-names'],
    ['Jean-Pierre Ange', 'JEAN PIERRE', ['JEAN-PIERRE', 'ANGE'], 'ok'],
    ['Marie Anne', 'MARIE', [], 'ok'],
  ])('given names: %s, first %s, list %j', (givenNames, firstGivenName, list, expected) => {
    expect(match({ givenNames }, { firstGivenName, ...(list && { givenNames: list }) })).toBe(expected);
  });

  it('denies a pivot and traits that are empty on both sides', () => {
    const nobody: Pivot = {
      subject: '',
      familyName: '',
      givenNames: '',
      birthDate: '',
      gender: 'unknown',
      birthPlace: '',
      birthCountry: '',
      acr: '',
      amr: [],
    };
    const empty: InsTraits = { birthName: '', firstGivenName: '', birthDate: '', sex: 'unknown' };
    expect(
      matchPivot(nobody, empty, {
        acceptedAcr: [''],
        absentAmr: 'accept',
        partialDates: 'year-month',
        absentBirthPlace: 'skip',
      }).ok,
    ).toBe(false);
  });
});

describe('normalisation', () => {
  it.each([
    ['Œuvre', 'OEUVRE'],
    ['æon', 'AEON'],
    ['Straße', 'STRASSE'],
    ['Łukasz', 'LUKASZ'],
    ['søren', 'SOREN'],
    ['É\u0301ric', 'ERIC'],
    ['ＡＢＣ', 'ABC'],
    ['  a\u00a0 b\t', 'A B'],
    ['a–b—c‑d', 'A B C D'],
    ['J.-P. O`Neill', 'J P O NEILL'],
  ])('%s is %s', (name, expected) => {
    expect(normaliseName(name)).toBe(expected);
    expect(normaliseName(expected)).toBe(expected);
  });
});

describe('reading of the pivot', () => {
  const claims = { sub: 's', family_name: 'TEST', given_name: 'A B', birthdate: '1980-05-17', gender: 'male' };
  const from = { acr: 'eidas2', amr: ['fc'] };
  it('takes an empty place', () => {
    expect(readPivot({ ...claims, birthplace: '' }, from)).toMatchObject({
      ok: true,
      pivot: { birthPlace: '', gender: 'male', acr: 'eidas2' },
    });
    expect(readPivot({ ...claims, gender: 'other' }, from)).toMatchObject({ pivot: { gender: 'unknown' } });
  });
  it.each(['sub', 'family_name', 'given_name', 'birthdate'])('needs %s', (name) => {
    expect(readPivot({ ...claims, [name]: '' }, from)).toEqual({ ok: false, missing: name });
  });
});
