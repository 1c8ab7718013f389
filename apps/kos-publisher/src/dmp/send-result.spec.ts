import type { FindOutcome, ProvideAndRegisterOutcome } from '@drimbox/xds';
import { lookVerdict, sendVerdict } from './send-result.js';

const refused = (
  kind: Extract<ProvideAndRegisterOutcome, { outcome: 'refused' }>['kind'],
): ProvideAndRegisterOutcome => ({
  outcome: 'refused',
  kind,
  codes: ['XDSCode'],
  errors: [],
});

describe('what a send means', () => {
  it.each<[string, ProvideAndRegisterOutcome, object]>([
    ['accepted', { outcome: 'accepted', warnings: [] }, { attempt: 'accepted', published: true }],
    [
      'never left',
      { outcome: 'unreachable', certain: true, cause: 'ECONNREFUSED' },
      { attempt: 'not-sent', lasting: false, failure: { code: 'DRIM-500' } },
    ],
    [
      'answer lost',
      { outcome: 'unknown', cause: 'ECONNRESET' },
      { attempt: 'unknown', lasting: false, failure: { code: 'DRIM-501' } },
    ],
    [
      'busy',
      { outcome: 'busy', codes: ['XDSRegistryBusy'] },
      { attempt: 'not-sent', lasting: false, failure: { code: 'DRIM-506' } },
    ],
    [
      'known with the same hash: a look decides',
      refused('duplicate-same'),
      { attempt: 'unknown', published: false, lasting: false },
    ],
    [
      'known with another hash',
      refused('duplicate-other'),
      { attempt: 'refused', lasting: true, failure: { code: 'DRIM-504' } },
    ],
    ['VIHF refused', refused('vihf'), { attempt: 'refused', lasting: true, failure: { code: 'DRIM-503' } }],
    [
      'metadata refused',
      refused('metadata'),
      { attempt: 'refused', lasting: true, failure: { code: 'DRIM-502', detail: 'XDSCode' } },
    ],
  ])('%s', (_name, outcome, expected) => {
    expect(sendVerdict(outcome)).toMatchObject(expected);
  });
});

describe('what a look means', () => {
  const found = (hash: string): FindOutcome => ({
    outcome: 'found',
    entries: [{ entryUuid: 'urn:uuid:1', uniqueId: '1.2', hash, size: 1, availabilityStatus: 'Approved' }],
  });

  it.each<[string, FindOutcome, object]>([
    ['the same bytes are there', found('ABCDEF'), { attempt: 'found', published: true }],
    ['other bytes are there', found('000000'), { attempt: 'refused', lasting: true, failure: { code: 'DRIM-504' } }],
    ['nothing is there', { outcome: 'absent' }, { attempt: 'not-found', published: false, lasting: false }],
    ['no answer: the doubt stays', { outcome: 'unknown', cause: 'x' }, { attempt: 'unknown', lasting: false }],
    [
      'unreachable: the doubt stays',
      { outcome: 'unreachable', certain: true, cause: 'x' },
      { attempt: 'unknown', lasting: false },
    ],
  ])('%s', (_name, outcome, expected) => {
    expect(lookVerdict(outcome, 'abcdef')).toMatchObject(expected);
  });
});
