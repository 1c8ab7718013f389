import { type AcknowledgedMessage, differences, fatesOf, type ProductTables } from './fates.js';
import type { Told } from './scenario.js';

const told = (content: Partial<Told>): Told => ({
  control: 'C',
  study: 0,
  report: 0,
  version: 1,
  act: 'new',
  hiding: [],
  ...content,
});
const message = (content: Partial<Told> = {}): AcknowledgedMessage => ({
  key: 'k',
  studyUid: '1.2',
  told: told(content),
});

const tables = (changes: Partial<ProductTables> = {}): ProductTables => ({
  kept: new Map([['k', { outcome: 'accepted', report: 'r', event: 'e' }]]),
  handled: new Set(['e']),
  buried: new Map(),
  exams: new Map([['1.2', { state: 'published', cause: '' }]]),
  ...changes,
});

describe('the fate of an acknowledged message', () => {
  it('is published when it speaks and its exam is', () =>
    expect(fatesOf([message()], tables())).toEqual([{ place: 'published', cause: '' }]));

  it.each<[string, Partial<ProductTables>]>([
    ['not accepted in the journal', { kept: new Map() }],
    ['its event was never handled', { handled: new Set() }],
    ['no exam', { exams: new Map() }],
    ['withdrawn', { exams: new Map([['1.2', { state: 'withdrawn', cause: '' }]]) }],
  ])('is lost: %s', (cause, changes) =>
    expect(fatesOf([message()], tables(changes))).toEqual([{ place: 'lost', cause }]),
  );

  it('tells a dead letter and a wait with their cause', () => {
    const buried = tables({ handled: new Set(), buried: new Map([['e', 'DRIM-602']]) });
    expect(fatesOf([message()], buried)).toEqual([{ place: 'dead-letter', cause: 'DRIM-602' }]);
    const waiting = tables({ exams: new Map([['1.2', { state: 'sending', cause: 'DRIM-501' }]]) });
    expect(fatesOf([message()], waiting)).toEqual([{ place: 'waiting', cause: 'sending DRIM-501' }]);
  });

  it('knows what a later version or a withdrawal made of it', () => {
    const versions = [message(), message({ version: 2, act: 'replace' })];
    expect(fatesOf(versions, tables()).map(({ place }) => place)).toEqual(['superseded', 'published']);
    const gone = tables({ exams: new Map([['1.2', { state: 'withdrawn', cause: '' }]]) });
    const life = [message(), message({ act: 'withdraw' })];
    expect(fatesOf(life, gone).map(({ place }) => place)).toEqual(['superseded', 'withdrawn']);
  });
});

describe('the DMP against the short model', () => {
  const shown = (...hiding: string[][]) =>
    new Map([['1.2', hiding.map((codes, index) => ({ uniqueId: String(index), hiding: codes }))]]);

  it('accepts the same codes in any order', () => {
    const life = [told({ hiding: ['INVISIBLE_PATIENT', 'MASQUE_PS'] })];
    expect(differences(life, ['1.2'], shown(['MASQUE_PS', 'INVISIBLE_PATIENT']))).toEqual([]);
  });

  it.each([
    ['nothing is shown', [told({})], new Map()],
    ['two pointers', [told({})], shown([], [])],
    ['wrong codes', [told({ hiding: ['MASQUE_PS'] })], shown([])],
    ['still there', [told({}), told({ act: 'withdraw' })], shown([])],
  ] as const)('tells of a study when %s', (_, life, pointers) =>
    expect(differences(life, ['1.2'], pointers)).toHaveLength(1),
  );
});
