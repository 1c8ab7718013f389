import { failure } from '@drimbox/contracts';
import { type State, STATES } from '../life/life.js';
import type { Operation, PointerVersion, VersionStatus } from '../life/plan.js';
import type { Exam } from '../pointer/pointer-store.js';
import type { Looked } from '../pointer/pointer-world.js';
import { decideLook, decideRelease, decideRetry, replayVerdict } from './decisions.js';

const exam = (state: State): Exam => ({
  id: '00000000-0000-4000-8000-000000000009',
  site: 'site-a',
  pacsLink: 'pacs-a',
  study: '1.2.3',
  state,
  version: 1,
  cause: null,
  attempts: 3,
  nextAttemptAt: null,
  held: null,
  firstReportAt: null,
});

const version = (status: VersionStatus): PointerVersion => ({
  id: status,
  kosUid: '1.2.1',
  ins: '279035121518989',
  visibility: {
    masquePs: false,
    invisiblePatient: false,
    invisibleRepresentants: false,
    connexionSecrete: false,
    modifConfCode: false,
  },
  lineage: 'L1',
  reportId: 'R1',
  instanceNumber: 1,
  status,
  doubt: false,
  late: false,
  outdated: false,
});

const idsOf = (decision: ReturnType<typeof decideRetry>): unknown =>
  decision.ok ? decision.value.map(({ id }) => id) : decision.failure.code;

describe('retry', () => {
  it.each([
    ['searching', []],
    ['absent', []],
    ['mismatched', []],
    ['unbuildable', []],
    ['sending', []],
    ['refused', ['refused']],
    ['replacing', []],
    ['withdrawing', []],
  ] as const)('%s: worked again, %j sent again', (state, again) => {
    const versions = state === 'refused' ? [version('approved'), version('refused')] : [version('approved')];
    expect(idsOf(decideRetry(exam(state), versions))).toEqual(again);
  });

  it.each(['none', 'published', 'withdrawn', 'lost', 'conflicting'] as const)(
    '%s: nothing waits, nothing is done',
    (state) => expect(idsOf(decideRetry(exam(state), [version('approved')]))).toBe('DRIM-108'),
  );

  it('decides for every state', () => {
    for (const state of STATES) expect(typeof decideRetry(exam(state), []).ok).toBe('boolean');
  });
});

describe('release', () => {
  it('every version that others deleted counts as deleted', () => {
    expect(idsOf(decideRelease(exam('lost'), [version('replaced'), version('lost')]))).toEqual(['lost']);
  });

  it('refused when no version is lost', () => {
    expect(idsOf(decideRelease(exam('published'), [version('approved')]))).toBe('DRIM-108');
  });
});

describe('replay', () => {
  const idle: Operation[] = [];

  it.each([
    ['approved', undefined],
    ['frozen', 'DRIM-108'],
    ['refused', 'DRIM-108'],
    ['discarded', 'DRIM-108'],
    ['replaced', 'DRIM-508'],
    ['deleted', 'DRIM-508'],
    ['lost', 'DRIM-508'],
  ] as const)('%s: the DMP may be asked unless %s', (status, code) => {
    expect(decideLook(version(status), idle)?.code).toBe(code);
  });

  it('never crosses a change that is on its way', () => {
    const plan: Operation[] = [{ kind: 'build', replaces: version('approved') }];
    expect(decideLook(version('approved'), plan)?.code).toBe('DRIM-108');
    expect(decideLook(undefined, idle)?.code).toBe('DRIM-103');
  });

  const away: Looked = { kind: 'failed', failure: failure('DRIM-500') };
  it.each<[Looked, Looked | undefined, string, string | undefined]>([
    [{ kind: 'approved' }, undefined, 'present', undefined],
    [{ kind: 'absent' }, undefined, 'resend', undefined],
    [{ kind: 'absent' }, { kind: 'approved' }, 'resend', undefined],
    [{ kind: 'absent' }, { kind: 'gone' }, 'lost', 'DRIM-509'],
    [{ kind: 'absent' }, { kind: 'absent' }, 'lost', 'DRIM-509'],
    [{ kind: 'absent' }, away, 'failed', 'DRIM-500'],
    [{ kind: 'gone' }, undefined, 'lost', 'DRIM-508'],
    [away, undefined, 'failed', 'DRIM-500'],
  ])('the DMP says %j, of the replaced one %j: %s %s', (looked, target, kind, code) => {
    const verdict = replayVerdict(looked, target);
    expect([verdict.kind, 'failure' in verdict ? verdict.failure.code : undefined]).toEqual([kind, code]);
  });
});
