import { tempDir } from '@drimbox/testing';
import type { Answer } from '../testing/ask.for-spec.js';
import { PIVOT, PROFESSIONAL } from '../testing/facts.for-spec.js';
import { Portal, SESSION } from '../testing/portal.for-spec.js';
import { VI } from '../testing/site.for-spec.js';
import { cookieIn, type Entered, LINK, Ways } from '../testing/ways.for-spec.js';

const CENTRAL = 'retour.990.mesimagesmedicales.fr';

const portal = new Portal(tempDir());
const ways = new Ways(portal);
beforeAll(() =>
  portal.start({ DRIMBOX_FC_CALLBACK_HOST: CENTRAL, DRIMBOX_CALLBACK_CERTIFICATE: 'central' }, { central: CENTRAL }),
);
afterAll(() => portal.stop());
beforeEach(() => ways.reset());

describe('a professional with several situations', () => {
  it('says in which one to go on, once in the session, and it is recorded', async () => {
    const { end, id, visit } = await ways.enter('professional');
    expect([end.status, end.headers.location]).toEqual([303, `${visit}/situation`]);
    const page = await portal.ask({ path: `${visit}/situation`, cookies: { [SESSION]: id } });
    expect(page.body.toString('utf8')).toMatch(/CABINET UN[\s\S]*Médecin[\s\S]*HOPITAL[\s\S]*HOPITAL[\s\S]*95/);
    const chosen = await portal.post(`${visit}/situation`, { situation: '1' }, { [SESSION]: id });
    const view = chosen.headers.location ?? '';
    expect(view).toMatch(/^\/v\//);
    const context = await portal.ask({ path: `/api${view}context`, cookies: { [SESSION]: id } });
    expect(JSON.parse(context.body.toString('utf8'))).toMatchObject({
      user: { name: 'KOFI DEUXLIEUX-TEST', role: 'Médecin, RPPS 99700100025', structure: 'HOPITAL' },
    });
    const record = (await portal.records('110114')).at(-1);
    expect(record?.event.types[0]?.code).toBe('110136');
    expect(record?.detail).toEqual({ profile: 'professional', structure: 'HOPITAL' });
    // Another link in the same session asks nothing more.
    const again = await portal.ask({ path: LINK, cookies: { [SESSION]: id } });
    const opened = await portal.ask({ path: again.headers.location ?? '', cookies: { [SESSION]: id } });
    expect(opened.headers.location).toMatch(/^\/v\//);
  });

  it('is refused in one whose profession may not see images, and opens nothing before choosing', async () => {
    const { id, visit } = await ways.enter('professional');
    const early = await portal.ask({ path: visit, cookies: { [SESSION]: id } });
    expect(early.headers.location).toBe(`${visit}/situation`);
    for (const situation of ['3', '-1', 'x', ''])
      expect((await portal.post(`${visit}/situation`, { situation }, { [SESSION]: id })).status).toBe(400);
    const foreign = { headers: { 'sec-fetch-site': 'cross-site' } };
    expect((await portal.post(`${visit}/situation`, { situation: '0' }, { [SESSION]: id }, foreign)).status).toBe(403);
    expect((await portal.post(`${visit}/situation`, { situation: '2' }, { [SESSION]: id })).status).toBe(403);
    const [refused] = (await portal.events('image.refused')).slice(-1);
    expect(refused).toMatchObject({ door: 'viewer', code: 'DRIM-707', pacsLink: 'pacs-1' });
  });
});

describe('one callback host for all names', () => {
  it('sends each browser on to the name that it left from, once', async () => {
    const { id, visit, state } = await ways.sent('patient', LINK, VI[1]);
    const query = `code=c&state=${state}`;
    const there = await portal.ask({ path: `/retour?${query}`, host: CENTRAL });
    expect([there.status, there.headers.location]).toEqual([303, `https://${VI[1]}/retour?${query}`]);
    expect(there.headers['set-cookie']).toBeUndefined();
    expect((await portal.ask({ path: `/retour?${query}`, host: CENTRAL })).status).toBe(404);
    // The exam is of the other link: refused, but signed in.
    const { end, id: signedIn } = await ways.back({ id, visit, state }, id, VI[1]);
    expect([end.status, signedIn]).toEqual([403, expect.stringMatching(/^[\w-]{32}$/)]);
  });

  it.each([
    ['a state that nobody gave', '/retour?code=c&state=evil'],
    ['no state', '/retour?code=c'],
    ['an address in the query', '/retour?code=c&state=x&redirect_uri=https://evil.test/'],
    ['another path', '/v/abc/'],
    ['the page of a link', LINK],
  ])('leads nowhere with %s', async (_, path) => {
    const answer = await portal.ask({ path, host: CENTRAL });
    expect([answer.status, answer.headers.location]).toEqual([404, undefined]);
  });

  it('is no name of ours for anybody else', async () => {
    await expect(portal.ask({ path: '/', host: 'evil.mesimagesmedicales.fr' })).rejects.toThrow();
  });
});

describe('two links in two tabs', () => {
  const OTHER = LINK.replace('A1', 'A2');
  const stateOf = async (view: string, id: string): Promise<number> =>
    (await portal.ask({ path: `/api${view}context`, cookies: { [SESSION]: id } })).status;
  const viewOf = ({ end }: Entered): string => end.headers.location ?? '';

  /** Both are at the provider when the first comes back. @param between what happens before the second does. */
  async function both(profile: string, between: (first: Entered) => Promise<void> | void): Promise<[Entered, Entered]> {
    const one = await ways.sent(profile);
    const two = await ways.sent(profile, OTHER, VI[0], one.id);
    const first = await ways.back(one);
    await between(first);
    return [first, await ways.back(two, first.id)];
  }

  it('stay two exams when the same person signs in for each', async () => {
    const [first, second] = await both('patient', () => undefined);
    expect(viewOf(first)).not.toBe(viewOf(second));
    for (const one of [first, second])
      expect([viewOf(one), await stateOf(viewOf(one), second.id)]).toEqual([expect.stringMatching(/^\/v\//), 200]);
  });

  it('do not stay open to somebody else who signs in', async () => {
    const [first, second] = await both('patient', () => {
      portal.fc.identity = { ...PIVOT, subject: 'another' };
    });
    expect(viewOf(first)).toMatch(/^\/v\//);
    expect(await stateOf(viewOf(first), second.id)).toBe(401);
  });

  it('ask for the situation once, and close when it is no longer one of theirs', async () => {
    let view = '';
    const choose = async ({ id, visit }: Entered): Promise<void> => {
      const chosen = await portal.post(`${visit}/situation`, { situation: '1' }, { [SESSION]: id });
      view = chosen.headers.location ?? '';
    };
    const [, second] = await both('professional', choose);
    expect(viewOf(second)).toMatch(/^\/v\//);
    for (const one of [view, viewOf(second)]) expect(await stateOf(one, second.id)).toBe(200);
    const [, third] = await both('professional', async (first) => {
      await choose(first);
      const situations = PROFESSIONAL.situations.filter(({ structure }) => structure.name !== 'HOPITAL');
      portal.psc.identity = { ...PROFESSIONAL, roles: [], situations: [...situations, PROFESSIONAL.situations[2]!] };
    });
    expect(viewOf(third)).toBe(`${third.visit}/situation`);
    expect(await stateOf(view, third.id)).toBe(403);
  });
});

describe('the other language', () => {
  const LANGUAGE = '__Host-drimbox-langue';
  /** Follows the link that a page gives. */
  async function switched(page: Answer, id: string): Promise<Answer> {
    const link = /<a href="([^"]+)" hreflang="en"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? 'none';
    const to = await portal.ask({ path: link, cookies: { [SESSION]: id } });
    expect(cookieIn(to, LANGUAGE)).toBe('en');
    return portal.ask({ path: to.headers.location ?? '', cookies: { [SESSION]: id, [LANGUAGE]: 'en' } });
  }

  it('is that of the same page, whichever it is', async () => {
    const { id, visit } = await ways.sent('patient');
    const choice = await portal.ask({ path: visit, cookies: { [SESSION]: id } });
    expect((await switched(choice, id)).text).toContain('Who are you?');

    const refused = await ways.enter('patient', LINK.replace('A1', 'A9'));
    const again = await switched(refused.end, refused.id);
    expect([again.status, again.text]).toEqual([403, expect.stringContaining('This exam cannot be shown')]);

    portal.fc.identity = undefined;
    const failed = await ways.enter('patient');
    expect(failed.back.headers.location).toBe(`${failed.visit}?echec=1`);
    const page = await portal.ask({ path: `${failed.visit}?echec=1`, cookies: { [SESSION]: failed.before } });
    expect((await switched(page, failed.before)).text).toContain('You could not be signed in');

    const { end, id: many } = await ways.enter('professional');
    const situations = await portal.ask({ path: end.headers.location ?? '', cookies: { [SESSION]: many } });
    expect((await switched(situations, many)).text).toContain('Your practice situation');

    const wrong = await portal.ask({ path: LINK.replace('studyUID', 'x') });
    expect((await switched(wrong, '')).text).toContain('This link is incomplete');
    const expired = await portal.ask({ path: '/v/none/' });
    expect((await switched(expired, '')).text).toContain('Your session is over');
  });

  it('is no part of a link of a report', async () => {
    const click = await portal.ask({ path: `${LINK}&langue=en` });
    expect([click.headers.location, cookieIn(click, LANGUAGE)]).toEqual([
      expect.stringMatching(/^\/acces\//),
      undefined,
    ]);
  });
});
