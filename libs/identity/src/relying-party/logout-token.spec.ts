import { judgeLogoutToken } from './logout-token.js';

const now = 1_800_000_000_000;
const seconds = now / 1000;
const rules = { issuer: 'https://op.test', clientId: 'us', clockSkewSeconds: 30 };
const event = 'http://schemas.openid.net/event/backchannel-logout';
const claims = {
  iss: rules.issuer,
  aud: 'us',
  sub: 's',
  sid: 'x',
  iat: seconds,
  exp: seconds + 120,
  jti: 'j',
  events: { [event]: {} },
};

describe('claims of a logout token', () => {
  it('say whose sessions end', () => {
    expect(judgeLogoutToken(claims, rules, now)).toEqual({ ok: true, subject: 's', sid: 'x' });
    expect(judgeLogoutToken({ ...claims, sub: undefined, exp: undefined }, rules, now)).toEqual({ ok: true, sid: 'x' });
  });

  it.each<[string, object]>([
    ['iss', { iss: 'https://evil.test' }],
    ['aud', { aud: ['them'] }],
    ['nonce', { nonce: 'an ID token has one' }],
    ['events', { events: undefined }],
    ['events', { events: { other: {} } }],
    ['iat', { iat: seconds - 301 }],
    ['iat', { iat: undefined }],
    ['exp', { exp: seconds - 30 }],
    ['jti', { jti: undefined }],
    ['sub', { sub: undefined, sid: undefined }],
  ])('are refused for %s %j', (cause, change) => {
    expect(judgeLogoutToken({ ...claims, ...change }, rules, now)).toEqual({ ok: false, kind: 'token', cause });
  });
});
