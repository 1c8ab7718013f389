import { OpaqueId, SeriesOutcome, ViewContext, ViewSeriesList } from './image-api.js';

const context = {
  version: '0.1.0',
  patient: {
    birthName: 'PAT-TROIS',
    firstBirthGiven: 'DOMINIQUE',
    birthDate: '1979-03-28',
    sex: 'F',
    birthPlace: { code: '63220' },
    test: true,
  },
  user: { kind: 'professional', name: 'Dr Camille ESSAI' },
  exams: [{ id: 'a', description: 'Scanner', modalities: ['CT'] }],
  allowed: { zip: true, lossy: true },
  firstQuality: 'lossless',
  idleSeconds: 900,
  language: 'fr',
};

it('takes the context of a view, traits in full, more of them by setting', () => {
  expect(ViewContext.safeParse(context).success).toBe(true);
  const more = { ins: '279035121518989', oid: '1.2.250.1.213.1.4.10', birthGivens: 'DOMINIQUE MARIE' };
  expect(ViewContext.safeParse({ ...context, patient: { ...context.patient, more } }).success).toBe(true);
});

it.each([
  ['a trait that is missing', { ...context, patient: { ...context.patient, birthName: undefined } }],
  ['no exam', { ...context, exams: [] }],
  ['a word that is not in it', { ...context, token: 'x' }],
])('refuses a context with %s', (_, wrong) => expect(ViewContext.safeParse(wrong).success).toBe(false));

it('refuses ids that say something', () => {
  for (const telling of ['1.2.250.1.213', 'a b', '', '../x', 'é', 'a'.repeat(65)]) {
    expect(OpaqueId.safeParse(telling).success).toBe(false);
  }
  expect(OpaqueId.safeParse('Zk3_9-x').success).toBe(true);
});

it('reads a list and an outcome', () => {
  const series = [{ id: 's', kind: 'key-images', modality: 'KO', description: '' }];
  expect(ViewSeriesList.safeParse({ complete: false, series }).success).toBe(true);
  expect(SeriesOutcome.safeParse({ outcome: 'incomplete', code: 'DRIM-308', received: 1, expected: 2 }).success).toBe(
    true,
  );
  expect(SeriesOutcome.safeParse({ outcome: 'incomplete', code: 'DRIM-XXX', received: 1 }).success).toBe(false);
});
