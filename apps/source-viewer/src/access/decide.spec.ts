import { matchPivot } from '@drimbox/identity';
import { EXAM, IDENTITY, PIVOT } from '../testing/facts.for-spec.js';
import { type AccessFacts, type AccessRules, decide, type Visitor } from './decide.js';
import { insTraitsOf, viewPatientOf } from './traits.js';

const RULES: AccessRules = { formerReports: true, production: false };
const LINK = { study: '1.2.3', accession: 'A1', document: '1.2.9_2' };
const professional: Visitor = { kind: 'professional', allowed: true };
const patient = (pivot = PIVOT): Visitor => ({
  kind: 'patient',
  match: matchPivot(pivot, insTraitsOf(IDENTITY.patient)),
});
const facts = (over: Partial<AccessFacts> = {}): AccessFacts => ({
  link: LINK,
  exam: EXAM,
  identity: IDENTITY,
  visitor: professional,
  ...over,
});

it.each<[string, AccessFacts]>([
  ['a professional', facts()],
  ['the patient', facts({ visitor: patient() })],
  ['a professional, by another order of the report', facts({ link: { ...LINK, accession: 'A2' } })],
  ['a professional, by an earlier version', facts({ link: { ...LINK, document: '1.2.9_1' } })],
  ['a professional, while it is hidden from the patient', facts({ exam: { ...EXAM, invisibleToSubject: true } })],
])('opens to %s', (_, given) => expect(decide(given, RULES)).toEqual({ ok: true }));

it.each<[string, AccessFacts, Partial<AccessRules>]>([
  ['unknown study', facts({ exam: undefined, identity: undefined }), {}],
  ['withdrawn', facts({ exam: { ...EXAM, shown: false } }), {}],
  ['no pointer in force', facts({ identity: undefined }), {}],
  ['test identity in production', facts(), { production: true }],
  ['accession number', facts({ link: { ...LINK, accession: 'a1' } }), {}],
  ['report', facts({ link: { ...LINK, document: '1.2.9_3' } }), {}],
  ['earlier version of the report', facts({ link: { ...LINK, document: '1.2.9_1' } }), { formerReports: false }],
  ['profession', facts({ visitor: { kind: 'professional', allowed: false } }), {}],
  ['invisible to the patient', facts({ exam: { ...EXAM, invisibleToSubject: true }, visitor: patient() }), {}],
  ['identity not compared', facts({ visitor: { kind: 'patient', match: undefined } }), {}],
  ['identity: birth-name', facts({ visitor: patient({ ...PIVOT, familyName: 'PAT' }) }), {}],
  ['identity: given-names', facts({ visitor: patient({ ...PIVOT, givenNames: 'DOMI' }) }), {}],
  ['identity: sex', facts({ visitor: patient({ ...PIVOT, gender: 'male' }) }), {}],
  ['identity: birth-date', facts({ visitor: patient({ ...PIVOT, birthDate: '1979-03-29' }) }), {}],
  ['identity: birth-place', facts({ visitor: patient({ ...PIVOT, birthPlace: '75115' }) }), {}],
  ['identity: eidas', facts({ visitor: patient({ ...PIVOT, amr: ['eidas'] }) }), {}],
])('refuses: %s', (cause, given, rules) =>
  expect(decide(given, { ...RULES, ...rules })).toEqual({
    ok: false,
    cause,
    code: cause === 'profession' ? 'DRIM-707' : 'DRIM-709',
  }),
);

it('shows the matricule only where the site wants all traits', () => {
  expect(JSON.stringify(viewPatientOf(IDENTITY.patient, false))).not.toContain('279035121518989');
  expect(viewPatientOf(IDENTITY.patient, true).more?.ins).toBe('279035121518989');
});
