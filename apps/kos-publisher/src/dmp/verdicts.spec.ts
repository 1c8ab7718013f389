import type { FindOutcome, ProvideAndRegisterOutcome, RegistryEntry } from '@drimbox/xds';
import { deletedOf, lookedOf, sentOf } from './verdicts.js';

const refused = (kind: Extract<ProvideAndRegisterOutcome, { outcome: 'refused' }>['kind']) =>
  ({ outcome: 'refused', kind, codes: ['XDSCode'], errors: [] }) as const;
const unreachable = { outcome: 'unreachable', certain: true, cause: 'ECONNREFUSED' } as const;
const unknown = { outcome: 'unknown', cause: 'ECONNRESET' } as const;
const busy = { outcome: 'busy', codes: ['XDSRegistryBusy'] } as const;

describe('what a send means', () => {
  it.each<[string, ProvideAndRegisterOutcome, object]>([
    ['accepted', { outcome: 'accepted', warnings: [] }, { kind: 'published' }],
    ['never left', unreachable, { kind: 'not-sent', failure: { code: 'DRIM-500' } }],
    ['answer lost', unknown, { kind: 'unknown', failure: { code: 'DRIM-501' } }],
    ['busy', busy, { kind: 'not-sent', failure: { code: 'DRIM-506' } }],
    ['known with the same hash: a look decides', refused('duplicate-same'), { kind: 'unknown' }],
    ['the target is not approved any more: a look decides', refused('stale-target'), { kind: 'unknown' }],
    ['known with another hash', refused('duplicate-other'), { kind: 'refused', failure: { code: 'DRIM-504' } }],
    ['VIHF refused', refused('vihf'), { kind: 'refused', failure: { code: 'DRIM-503' } }],
    ['metadata refused', refused('metadata'), { kind: 'refused', failure: { code: 'DRIM-502', detail: 'XDSCode' } }],
  ])('%s', (_name, outcome, expected) => {
    expect(sentOf(outcome)).toMatchObject(expected);
  });
});

describe('what a look means', () => {
  const found = (over: Partial<RegistryEntry>): FindOutcome => ({
    outcome: 'found',
    entries: [{ entryUuid: 'urn:uuid:1', uniqueId: '1.2', hash: 'abcdef', availabilityStatus: 'Approved', ...over }],
  });

  it.each<[string, FindOutcome, object]>([
    ['the same bytes are there', found({}), { kind: 'approved' }],
    ['they were there', found({ availabilityStatus: 'Deleted' }), { kind: 'gone' }],
    ['other bytes are there', found({ hash: '000000' }), { kind: 'failed', failure: { code: 'DRIM-504' } }],
    ['nothing is there', { outcome: 'absent' }, { kind: 'absent' }],
    ['no answer: the doubt stays', unknown, { kind: 'failed', failure: { code: 'DRIM-501' } }],
    ['unreachable: the doubt stays', unreachable, { kind: 'failed', failure: { code: 'DRIM-500' } }],
  ])('%s', (_name, outcome, expected) => {
    expect(lookedOf(outcome, 'abcdef')).toMatchObject(expected);
  });
});

describe('what a deletion means', () => {
  it('done, perhaps done, not done', () => {
    expect(deletedOf({ outcome: 'accepted', warnings: [] })).toEqual({ kind: 'deleted' });
    expect(deletedOf(unknown)).toMatchObject({ kind: 'failed', sent: true });
    expect(deletedOf(unreachable)).toMatchObject({ kind: 'failed', sent: false });
    expect(deletedOf(refused('stale-target'))).toMatchObject({ kind: 'failed', sent: false });
  });
});
