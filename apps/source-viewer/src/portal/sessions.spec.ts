import { tempDir } from '@drimbox/testing';
import { PROFESSIONAL } from '../testing/facts.for-spec.js';
import { FROM_VIEWER, Portal, SESSION } from '../testing/portal.for-spec.js';
import { VI } from '../testing/site.for-spec.js';
import { SessionRepository } from '../session/session.repository.js';
import { cookieIn, LINK, Ways } from '../testing/ways.for-spec.js';

const portal = new Portal(tempDir());
const ways = new Ways(portal);
beforeAll(() => portal.start());
afterAll(() => portal.stop());
beforeEach(() => ways.reset());

describe('a session', () => {
  it('gets a new id at login; the one that a stranger may have planted is worth nothing', async () => {
    const { id, before } = await ways.enter('patient');
    expect(id).not.toBe(before);
    const stale = await portal.ask({ path: LINK, cookies: { [SESSION]: before } });
    expect(cookieIn(stale)).toMatch(/^[\w-]{32}$/);
    const planted = await portal.ask({ path: LINK, cookies: { [SESSION]: 'a'.repeat(32) } });
    expect(cookieIn(planted)).not.toBe('a'.repeat(32));
  });

  it('stands in a cookie that no script, no other host and no plain connection sees', async () => {
    const { back } = await ways.enter('patient');
    const line = (back.headers['set-cookie'] ?? []).find((one) => one.startsWith(SESSION)) ?? '';
    expect(line).toMatch(/^__Host-drimbox=[\w-]{32}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  });

  it('a callback is used once, and in the browser that left alone', async () => {
    const { id, state } = await ways.sent('patient');
    const path = `/retour?code=c&state=${state}`;
    const other = await ways.sent('patient');
    expect((await portal.ask({ path, cookies: { [SESSION]: other.id } })).status).toBe(401);
    expect((await portal.ask({ path })).status).toBe(401);
    const end = await portal.ask({ path, cookies: { [SESSION]: id } });
    expect(end.status).toBe(303);
    const next = cookieIn(end) ?? '';
    expect((await portal.ask({ path, cookies: { [SESSION]: next } })).status).toBe(401);
  });

  it('no parameter of a request ever becomes the address of a redirect', async () => {
    const evil = 'https://evil.test/';
    for (const name of ['redirect_uri', 'next', 'return', 'url', 'state']) {
      const click = await portal.ask({ path: `${LINK}&${name}=${evil}` });
      expect(click.headers.location).toMatch(/^\/acces\/[\w-]+$/);
      const { id, state, visit } = await ways.sent('patient', `${LINK}&${name}=${evil}`);
      const back = await portal.ask({
        path: `/retour?code=c&state=${state}${name === 'state' ? '' : `&${name}=${evil}`}`,
        cookies: { [SESSION]: id },
      });
      expect(back.headers.location).toBe(visit);
    }
    for (const path of ['//evil.test/', '/\\evil.test', '/acces//evil.test', '/v/https:%2f%2fevil.test/'])
      expect((await portal.ask({ path })).headers.location).toBeUndefined();
  });

  it('ends at our side and at the provider; going back shows nothing', async () => {
    const { id, view } = await ways.entered();
    const cookies = { [SESSION]: id };
    const page = await portal.ask({ path: view, cookies });
    expect(page.headers['cache-control']).toBe('no-store');
    expect((await portal.ask({ path: `/api${view}logout`, method: 'POST', cookies })).status).toBe(403);
    const out = await portal.ask({ path: `/api${view}logout`, method: 'POST', cookies, headers: FROM_VIEWER });
    expect(out.status).toBe(204);
    expect(out.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-drimbox=; .*Max-Age=0$/)]);
    expect(portal.psc.ended.at(-1)).toBe(`id-of-${PROFESSIONAL.subject}`);
    for (const path of [view, `/api${view}context`]) expect((await portal.ask({ path, cookies })).status).toBe(401);
    expect((await portal.records('110114')).at(-1)?.detail).toEqual({
      profile: 'professional',
      providerSessionEnded: true,
    });
    expect(await portal.rows('select 1 as one from portal_session where ends_at <= now()')).toEqual([]);
  });

  it('is dead while its provider is still being told, and has one record when we die meanwhile', async () => {
    const { id, view } = await ways.entered();
    const cookies = { [SESSION]: id };
    let told = (): void => undefined;
    const asked = new Promise<void>((resolve) => (told = resolve));
    const { endSession } = portal.psc;
    portal.psc.endSession = () => {
      told();
      return new Promise(() => undefined);
    };
    const before = (await portal.records('110114')).length;
    const leaving = portal.begin({ path: `/api${view}logout`, method: 'POST', cookies, headers: FROM_VIEWER });
    void leaving.catch(() => undefined);
    await asked;
    expect((await portal.ask({ path: `/api${view}context`, cookies })).status).toBe(401);
    expect((await portal.ask({ path: view, cookies })).status).toBe(401);
    // What the next process does, or another replica.
    const sessions = portal.viewer.app.get(SessionRepository);
    await sessions.purge();
    await sessions.purge();
    expect((await portal.records('110114')).slice(before)).toMatchObject([{ detail: { profile: 'professional' } }]);
    portal.psc.endSession = endSession;
  });

  it('of a patient leads on to FranceConnect+, whose session only the browser may hold: once, and in no address', async () => {
    const { end, id } = await ways.enter('patient');
    const cookies = { [SESSION]: id };
    const view = end.headers.location ?? '';
    const out = await portal.ask({ path: `/api${view}logout`, method: 'POST', cookies, headers: FROM_VIEWER });
    const left = cookieIn(out, '__Host-drimbox-fin') ?? '';
    const page = await portal.ask({ path: '/deconnexion', cookies: { '__Host-drimbox-fin': left } });
    const text = page.body.toString('utf8');
    expect(text).toContain('<form method="post" action="https://patient.test/end">');
    expect(text).toContain(`name="post_logout_redirect_uri" value="https://${VI[0]}/deconnexion/franceconnect"`);
    expect(page.headers['cache-control']).toBe('no-store');
    const again = await portal.ask({ path: '/deconnexion', cookies: { '__Host-drimbox-fin': left } });
    expect(again.body.toString('utf8')).not.toContain('id_token_hint');
    const held = await portal.rows<{ count: number }>('select count(*)::int as count from portal_departure');
    expect(held).toEqual([{ count: 0 }]);
    for (const path of ['/deconnexion/franceconnect?state=x', '/deconnexion/psc', '/deconnexion']) {
      const back = await portal.ask({ path });
      expect([back.status, back.body.toString('utf8')]).toEqual([200, expect.stringContaining('Vous êtes déconnecté')]);
    }
  });

  it('ends when Pro Santé Connect says so in its back channel, and not when anybody else does', async () => {
    const { id, view } = await ways.entered();
    const path = '/deconnexion/psc';
    expect((await portal.post(path, { logout_token: 'forged' }, {})).status).toBe(400);
    expect((await portal.ask({ path: view, cookies: { [SESSION]: id } })).status).not.toBe(401);
    portal.psc.logoutRequest = { ok: true, sid: `sid-of-${PROFESSIONAL.subject}` };
    expect((await portal.post(path, { logout_token: 'good' }, {})).status).toBe(200);
    portal.psc.logoutRequest = { ok: false, kind: 'replayed' };
    expect((await portal.ask({ path: view, cookies: { [SESSION]: id } })).status).toBe(401);
  });
});
