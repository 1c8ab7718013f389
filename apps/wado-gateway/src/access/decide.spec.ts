import { ERRORS } from '@drimbox/contracts';
import { decide } from './decide.js';
import type { Decision, ExamFound, Facts, KnownExam, PeerVerdict, TokenVerdict } from './facts.js';

const KOS = '1.2.9.1';
const FORMER = '1.2.9.0';
const exam: KnownExam = { examId: 'e1', version: 3, shown: true, kos: KOS, formerKos: [FORMER] };
const professional = { id: '899700218896', session: 's1' };
const levels = { study: true, series: true, instance: true, frames: true, metadata: true };

/** A request with which nothing is wrong. */
const right: Facts = {
  link: { id: 'pacs', site: 'port', db: 'db1.990.example.fr', options: { levels, acceptFormerKos: true } },
  host: 'db1.990.example.fr',
  method: 'GET',
  target: { kind: 'images', asked: { level: 'series', study: '1.2.3', series: '1.2.3.1' } },
  peer: { ok: true },
  listing: { usable: true, peer: 'db2.990.example.fr' },
  bearer: true,
  accept: 'readable',
  kos: KOS,
  peerTurn: { ok: true },
  token: { ok: true, professional, allowed: true },
  professionalTurn: { ok: true },
  found: { complete: true, exam },
};
const but = (over: Partial<Facts>): Facts => ({ ...right, ...over });
const codeOf = (decision: Decision): string => (decision.kind === 'refuse' ? decision.code : decision.kind);

it('serves a request with which nothing is wrong', () => {
  expect(decide(right)).toEqual({ kind: 'serve', exam, professional });
});

const found = (over: Partial<KnownExam>): ExamFound => ({ complete: true, exam: { ...exam, ...over } });
const link = (over: Partial<Facts['link']['options']>): Facts['link'] => ({
  ...right.link,
  options: { ...right.link.options, ...over },
});

/** Each thing that can be wrong alone, in the order in which it is looked at. */
const WRONG: [string, Partial<Facts>, string][] = [
  ['another Host', { host: 'db9.990.example.fr' }, 'DRIM-716'],
  ['no certificate', { peer: { ok: false, reason: 'absent' } }, 'DRIM-701'],
  ['a certificate of another authority', { peer: { ok: false, reason: 'invalid' } }, 'DRIM-701'],
  ['a revoked certificate', { peer: { ok: false, reason: 'revoked' } }, 'DRIM-702'],
  ['no fresh revocation list', { peer: { ok: false, reason: 'no-revocation-list' } }, 'DRIM-717'],
  ['no white list', { listing: { usable: false } }, 'DRIM-700'],
  ['a peer that is not listed', { listing: { usable: true, peer: undefined } }, 'DRIM-703'],
  ['too many requests of the peer', { peerTurn: { ok: false, retrySeconds: 3 } }, 'DRIM-713'],
  ['an unknown resource', { target: { kind: 'unknown' } }, 'DRIM-103'],
  ['another method', { method: 'DELETE' }, 'DRIM-102'],
  ['no token', { bearer: false }, 'DRIM-704'],
  ['an inactive token', { token: { ok: false, reason: 'inactive' } }, 'DRIM-705'],
  ['no answer of Pro Santé Connect', { token: { ok: false, reason: 'unavailable' } }, 'DRIM-706'],
  ['a profession that may not', { token: { ok: true, professional, allowed: false } }, 'DRIM-707'],
  ['too many requests of the professional', { professionalTurn: { ok: false, retrySeconds: 7 } }, 'DRIM-714'],
  ['a level switched off', { link: link({ levels: { ...levels, series: false } }) }, 'DRIM-712'],
  ['no KOS named', { kos: undefined }, 'DRIM-708'],
  ['no Accept', { accept: 'unreadable' }, 'DRIM-710'],
  ['a projection that is not complete', { found: { complete: false } }, 'DRIM-718'],
  ['a study unknown at this link', { found: { complete: true, exam: undefined } }, 'DRIM-709'],
  ['a withdrawn exam', { found: found({ shown: false }) }, 'DRIM-709'],
  ['an exam without pointer', { found: found({ kos: null }) }, 'DRIM-709'],
  ['the KOS of another study', { kos: '1.2.9.7' }, 'DRIM-709'],
];

it.each(WRONG)('%s', (_, over, code) => {
  const decision = decide(but(over));
  expect(codeOf(decision)).toBe(code);
  if (decision.kind !== 'refuse') return;
  // A machine may try again exactly when the table says so.
  expect(decision.retrySeconds !== undefined).toBe(ERRORS[decision.code].retryable);
});

it('of two wrongs, the one that is looked at first is told', () => {
  for (const [index, [, first, code]] of WRONG.entries()) {
    for (const [, second] of WRONG.slice(index + 1)) {
      // The same fact cannot be wrong in two ways; `link` and `found` are one fact each.
      if (Object.keys(first).some((key) => key in second)) continue;
      expect(codeOf(decide(but({ ...second, ...first })))).toBe(code);
    }
  }
});

it('asks for what costs something only once all before it is well', () => {
  const { peerTurn: _1, token: _2, professionalTurn: _3, found: _4, ...bare } = right;
  const questions: string[] = [];
  let facts: Facts = bare;
  for (;;) {
    const decision = decide(facts);
    if (decision.kind !== 'ask') break;
    questions.push(decision.question);
    facts = { ...facts, [decision.question]: right[decision.question] };
  }
  expect(questions).toEqual(['peerTurn', 'token', 'professionalTurn', 'found']);
  expect(codeOf(decide({ ...bare, peer: { ok: false, reason: 'absent' } }))).toBe('DRIM-701');
});

describe('token × certificate × identifiers', () => {
  const TOKENS: [string, TokenVerdict | 'none', string | undefined][] = [
    ['good', right.token!, undefined],
    ['none', 'none', 'DRIM-704'],
    ['expired, revoked or of another client', { ok: false, reason: 'inactive' }, 'DRIM-705'],
    ['not checkable', { ok: false, reason: 'unavailable' }, 'DRIM-706'],
    ['of another profession', { ok: true, professional, allowed: false }, 'DRIM-707'],
  ];
  const PEERS: [string, PeerVerdict, string | undefined, string | undefined][] = [
    ['listed', { ok: true }, 'db2.990.example.fr', undefined],
    ['not listed (a token replayed by another DRIMbox)', { ok: true }, undefined, 'DRIM-703'],
    ['revoked, though listed', { ok: false, reason: 'revoked' }, 'db2.990.example.fr', 'DRIM-702'],
    ['of another authority, with a listed name', { ok: false, reason: 'invalid' }, 'db2.990.example.fr', 'DRIM-701'],
    ['none', { ok: false, reason: 'absent' }, undefined, 'DRIM-701'],
  ];
  const EXAMS: [string, ExamFound, string, string | undefined][] = [
    ['its own KOS', right.found!, KOS, undefined],
    ['a former KOS', right.found!, FORMER, undefined],
    ['the KOS of another study', right.found!, '1.2.9.7', 'DRIM-709'],
    ['a study of another site', { complete: true, exam: undefined }, KOS, 'DRIM-709'],
    ['a withdrawn exam', found({ shown: false }), KOS, 'DRIM-709'],
  ];
  const cells = TOKENS.flatMap(([tokenName, token, tokenCode]) =>
    PEERS.flatMap(([peerName, peer, listed, peerCode]) =>
      EXAMS.map(
        ([examName, of, kos, examCode]) =>
          [
            `token ${tokenName} · certificate ${peerName} · ${examName}`,
            {
              ...(token === 'none' ? { bearer: false } : { token }),
              peer,
              listing: { usable: true, peer: listed },
              found: of,
              kos,
            } satisfies Partial<Facts>,
            peerCode ?? tokenCode ?? examCode ?? 'serve',
          ] as const,
      ),
    ),
  );
  it.each(cells)('%s', (_, over, expected) => expect(codeOf(decide(but(over)))).toBe(expected));
  it('two of its cells serve: the current KOS and a former one', () => {
    expect(cells.filter(([, , expected]) => expected === 'serve')).toHaveLength(2);
  });
});

it('a former KOS opens nothing when the link does not accept it', () => {
  const refused = decide(but({ kos: FORMER, link: link({ acceptFormerKos: false }) }));
  expect(codeOf(refused)).toBe('DRIM-709');
  expect(codeOf(decide(but({ link: link({ acceptFormerKos: false }) })))).toBe('serve');
});

it('describes the service to any listed peer, without a token', () => {
  const described = but({ target: { kind: 'capabilities' }, method: 'OPTIONS', bearer: false });
  expect(decide(described)).toEqual({ kind: 'describe' });
  expect(codeOf(decide({ ...described, listing: { usable: true, peer: undefined } }))).toBe('DRIM-703');
});
