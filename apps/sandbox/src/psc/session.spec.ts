import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readText } from '../oidc/http-body.js';
import { CLIENT_ID, desk } from '../oidc/world.for-spec.js';
import { CALLBACK, HOME, LoginWorld, OTHER } from './login-world.for-spec.js';

describe('a session at the sandbox Pro Santé Connect', () => {
  const world = new LoginWorld();

  it('refreshes once for all who ask, and serves those who come late', async () => {
    const one = world.party();
    const { tokens } = await world.session(one);
    const before = (await desk.calls(world.psc, 'token')).length;
    const all = await Promise.all([one.refresh(tokens), one.refresh(tokens), one.refresh(tokens)]);
    const late = await one.refresh(tokens);
    expect((await desk.calls(world.psc, 'token')).length).toBe(before + 1);
    expect(new Set([...all, late].map((answer) => answer.ok && answer.tokens.accessToken)).size).toBe(1);
    expect(all[0]).toMatchObject({ ok: true, tokens: { subject: tokens.subject } });
    expect(all[0]?.ok && all[0].tokens.accessToken).not.toBe(tokens.accessToken);
  });

  it('says when the session is over, and keeps no outage', async () => {
    const one = world.party();
    const { tokens } = await world.session(one);
    await desk.fault(world.psc, { endpoint: 'token', kind: 'down', times: 1 });
    expect(await one.refresh(tokens)).toMatchObject({ ok: false, kind: 'unreachable' });
    await desk.revoke(world.psc, { login: 'radiologue' });
    expect(await one.refresh(tokens)).toMatchObject({ ok: false, kind: 'ended' });
  });

  it('logs out of both: the next login asks who you are', async () => {
    const one = world.party();
    const { tokens } = await world.session(one);
    const { url: again } = await world.started(one);
    expect((await world.browser.follow(again, CALLBACK)).url).toContain(CALLBACK); // the session is there

    const logout = await one.logoutUrl(tokens, { redirectUri: HOME, state: 'bye' });
    expect((await world.browser.follow(logout ?? '', HOME)).url).toBe(`${HOME}?state=bye`);
    const { url } = await world.started(one);
    expect((await world.browser.follow(url, CALLBACK)).page).toContain('Médecin radiologue');
    expect(await one.refresh(tokens)).toMatchObject({ ok: false, kind: 'ended' });
  });

  it('ends the provider’s session without the browser', async () => {
    const one = world.party();
    const { tokens } = await world.session(one);
    expect(await one.endSession(tokens)).toEqual({ ok: true });
    const { url } = await world.started(one);
    expect((await world.browser.follow(url, CALLBACK)).page).toContain('Médecin radiologue');
    expect(await one.endSession({ ...tokens, idToken: `${tokens.idToken}x` })).toMatchObject({
      ok: false,
      kind: 'refused',
    });
  });

  it('is told when another client logs the user out', async () => {
    const received: string[] = [];
    const { chain, key } = world.pki.server;
    const listener = createServer({ cert: chain, key }, (request, response) => {
      void readText(request).then((text) => {
        received.push(new URLSearchParams(text).get('logout_token') ?? '');
        response.writeHead(200).end();
      });
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const backchannelLogoutUri = `https://localhost:${(listener.address() as AddressInfo).port}/logout`;
    await desk.register(world.psc, {
      clientId: CLIENT_ID,
      redirectUris: [CALLBACK],
      postLogoutRedirectUris: [HOME],
      backchannelLogoutUri,
    });

    const one = world.party();
    const mine = await world.session(one);
    const theirs = await world.session(world.party({}, world.pki.otherClient, OTHER));
    expect(await world.party({}, world.pki.otherClient, OTHER).endSession(theirs.tokens)).toEqual({ ok: true });
    listener.close();
    listener.closeAllConnections();

    const [token = ''] = received;
    expect(await one.verifyLogoutToken(token)).toEqual({
      ok: true,
      subject: mine.tokens.subject,
      sid: mine.tokens.sid,
    });
    expect(await one.verifyLogoutToken(token)).toMatchObject({ ok: false, kind: 'replayed' });
    expect(await world.party({}, world.pki.otherClient, OTHER).verifyLogoutToken(token)).toMatchObject({
      ok: false,
      kind: 'token',
      cause: 'aud',
    });
    expect(await one.verifyLogoutToken(mine.tokens.idToken)).toMatchObject({ ok: false, kind: 'token' });
  });
});
