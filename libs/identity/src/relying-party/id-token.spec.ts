import { createHash } from 'node:crypto';
import { judgeIdToken } from './id-token.js';
import type { IdTokenRules } from './id-token.js';

const now = 1_800_000_000_000;
const seconds = now / 1000;
const rules: IdTokenRules = {
  issuer: 'https://op.test',
  clientId: 'us',
  acceptedAcr: ['eidas2', 'eidas3'],
  clockSkewSeconds: 30,
  nonce: 'n-1',
  accessToken: 'token',
};
const claims = {
  iss: rules.issuer,
  aud: 'us',
  sub: 's',
  exp: seconds + 60,
  iat: seconds,
  nonce: 'n-1',
  acr: 'eidas2',
  amr: ['fc'],
  sid: 'x',
};
const atHash = (token: string): string =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

describe('claims of an ID token', () => {
  it('are taken when all is right', () => {
    expect(judgeIdToken(claims, rules, now)).toEqual({
      ok: true,
      subject: 's',
      sid: 'x',
      authentication: { acr: 'eidas2', amr: ['fc'] },
    });
  });

  it.each<[string, object, string, string | undefined]>([
    ['another issuer', { iss: 'https://op.test/' }, 'id-token', 'iss'],
    ['another audience', { aud: 'them' }, 'id-token', 'aud'],
    ['no audience', { aud: undefined }, 'id-token', 'aud'],
    ['two audiences without azp', { aud: ['us', 'them'] }, 'id-token', 'azp'],
    ['made for another (azp)', { azp: 'them' }, 'id-token', 'azp'],
    ['two audiences, made for another', { aud: ['us', 'them'], azp: 'them' }, 'id-token', 'azp'],
    ['over', { exp: seconds - 30 }, 'id-token', 'exp'],
    ['no end', { exp: undefined }, 'id-token', 'exp'],
    ['an end that is a text', { exp: String(seconds + 60) }, 'id-token', 'exp'],
    ['from the future', { iat: seconds + 31 }, 'id-token', 'iat'],
    ['not yet', { nbf: seconds + 31 }, 'id-token', 'nbf'],
    ['nobody', { sub: '' }, 'id-token', 'sub'],
    ['another nonce (replay)', { nonce: 'n-2' }, 'nonce', undefined],
    ['no nonce', { nonce: undefined }, 'nonce', undefined],
    ['another access token', { at_hash: atHash('other') }, 'id-token', 'at_hash'],
    ['too low', { acr: 'eidas1' }, 'acr', 'eidas1'],
    ['no level', { acr: undefined }, 'acr', 'absent'],
    ['a level that is a list', { acr: ['eidas2'] }, 'acr', 'absent'],
  ])('%s', (_what, change, kind, cause) => {
    expect(judgeIdToken({ ...claims, ...change }, rules, now)).toEqual({ ok: false, kind, ...(cause && { cause }) });
  });

  it('takes the skew of clocks, our azp and the right at_hash', () => {
    const late = {
      ...claims,
      exp: seconds - 29,
      iat: seconds + 29,
      aud: ['us', 'them'],
      azp: 'us',
      at_hash: atHash('token'),
    };
    expect(judgeIdToken(late, rules, now).ok).toBe(true);
  });

  it('of a refresh must name the same user', () => {
    const { nonce: _nonce, ...refresh } = rules;
    expect(judgeIdToken(claims, { ...refresh, subject: 's' }, now).ok).toBe(true);
    expect(judgeIdToken(claims, { ...refresh, subject: 'other' }, now)).toEqual({
      ok: false,
      kind: 'id-token',
      cause: 'sub',
    });
  });
});
