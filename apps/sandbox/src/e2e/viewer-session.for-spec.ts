import { eventually } from '@drimbox/testing';
import type { Browser } from '../oidc/browser.for-spec.js';
import { apiOf, type Ended, type ViewerWorld } from './viewer-world.for-spec.js';

export interface SessionWorld {
  readonly world: ViewerWorld;
  /** Of an exam that is published. */
  link(): string;
  browser(): Browser;
  enter(profile: 'professional' | 'patient', login: string | undefined, at: string, by: Browser): Promise<Ended>;
}

/** What a session of the portal is worth, and to whom. */
export function sessionWays(given: () => SessionWorld): void {
  it('changes the session at login, and gives it to no frame, no script and no other site', async () => {
    const by = given().browser();
    const choice = await by.follow(given().link(), '-');
    const before = by.cookie(given().world.host, '__Host-drimbox');
    expect(before).toBeDefined();
    const forged = await by.ask(choice.url, 'POST', {
      origin: 'https://elsewhere.test',
      'sec-fetch-site': 'cross-site',
    });
    expect(forged.status).toBe(403);
    const view = await given().enter('professional', 'radiologue', given().link(), by);
    const after = by.cookie(given().world.host, '__Host-drimbox');
    expect(after).not.toBe(before);
    const fixed = given().browser();
    fixed.setCookie(given().world.host, '__Host-drimbox', before ?? '');
    expect((await fixed.ask(`${apiOf(view)}context`)).status).toBe(401);
    const page = await by.ask(view.url);
    expect(page.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('refuses a callback nobody asked for, twice the same, or somebody else asked for', async () => {
    const by = given().browser();
    const choice = await by.follow(given().link(), '-');
    const sent = await by.post(choice.url, { profil: 'professional' });
    const callback = await by.signIn(
      sent.headers.get('location') ?? '',
      'radiologue',
      `${given().world.origin}/retour`,
    );
    const victim = given().browser();
    await victim.follow(given().link(), '-');
    expect((await victim.get(callback)).status).toBe(401);
    expect((await given().world.end(by, callback)).url).toMatch(/\/v\//);
    expect((await by.get(callback)).status).toBe(401);
    expect((await by.get(`${given().world.origin}/retour?code=x&state=y`)).status).toBe(401);
  });

  it('ends our session and the provider’s at logout', async () => {
    const by = given().browser();
    const view = await given().enter('professional', 'radiologue', given().link(), by);
    expect((await by.ask(`${apiOf(view)}logout`, 'POST', { 'x-drimbox-view': '1' })).status).toBe(204);
    expect((await by.ask(`${apiOf(view)}context`)).status).toBe(401);
    expect((await by.get(view.url)).status).toBe(401);
    // Pro Santé Connect asks who it is anew.
    const choice = await by.follow(given().link(), '-');
    const sent = await by.post(choice.url, { profil: 'professional' });
    const asked = await by.follow(sent.headers.get('location') ?? '', `${given().world.origin}/retour`);
    expect(asked.page).toContain('<button name="login"');
    await eventually(async () => expect(await given().world.audited('110123')).toBeGreaterThan(0));
  });
}
