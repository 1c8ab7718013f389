import { tempDir } from '@drimbox/testing';
import { createHash } from 'node:crypto';
import { PIVOT, PROFESSIONAL } from '../testing/facts.for-spec.js';
import type { Answer } from '../testing/ask.for-spec.js';
import { FROM_VIEWER, Portal, SESSION } from '../testing/portal.for-spec.js';
import { VI } from '../testing/site.for-spec.js';

const LINK = '/IHEInvokeImageDisplay?requestType=STUDY&studyUID=1.2.3&accessionNumber=A1&idCDA=1.2.9_2';
const CENTRAL = 'retour.990.mesimagesmedicales.fr';

const portal = new Portal(tempDir());
beforeAll(() =>
  portal.start({ DRIMBOX_FC_CALLBACK_HOST: CENTRAL, DRIMBOX_CALLBACK_CERTIFICATE: 'central' }, { central: CENTRAL }),
);
afterAll(() => portal.stop());
beforeEach(() => {
  portal.psc.identity = PROFESSIONAL;
  portal.fc.identity = PIVOT;
  portal.psc.subject = PROFESSIONAL.subject;
});

const cookieIn = (answer: Answer, name = SESSION): string | undefined =>
  (answer.headers['set-cookie'] ?? []).map((line) => new RegExp(`^${name}=([^;]*)`).exec(line)?.[1]).find(Boolean);

/** Click and choice. @returns the cookie so far, the visit, and the state that the provider was given. */
async function sent(
  profile: string,
  link = LINK,
  host: string = VI[0],
): Promise<{ id: string; visit: string; state: string }> {
  const click = await portal.ask({ path: link, host });
  const id = cookieIn(click) ?? '';
  const visit = click.headers.location ?? '';
  const chosen = await portal.post(visit, { profil: profile }, { [SESSION]: id }, { host });
  return { id, visit, state: new URL(chosen.headers.location ?? '').searchParams.get('state') ?? '' };
}

async function enter(
  profile: string,
  link = LINK,
): Promise<{ end: Answer; id: string; visit: string; before: string }> {
  const { id, visit, state } = await sent(profile, link);
  const end = await portal.ask({ path: `/retour?code=c&state=${state}`, cookies: { [SESSION]: id } });
  return { end, id: cookieIn(end) ?? '', visit, before: id };
}
/** Of a professional who has one situation. */
async function entered(): Promise<{ id: string; view: string }> {
  portal.psc.identity = { ...PROFESSIONAL, situations: PROFESSIONAL.situations.slice(0, 1) };
  const { end, id } = await enter('professional');
  return { id, view: end.headers.location ?? '' };
}

describe('a professional with several situations', () => {
  it('says in which one to go on, once in the session, and it is recorded', async () => {
    const { end, id, visit } = await enter('professional');
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
    const { id, visit } = await enter('professional');
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
    const { id, state } = await sent('patient', LINK, VI[1]);
    const query = `code=c&state=${state}`;
    const there = await portal.ask({ path: `/retour?${query}`, host: CENTRAL });
    expect([there.status, there.headers.location]).toEqual([303, `https://${VI[1]}/retour?${query}`]);
    expect(there.headers['set-cookie']).toBeUndefined();
    expect((await portal.ask({ path: `/retour?${query}`, host: CENTRAL })).status).toBe(404);
    // The exam is of the other link: refused, but signed in.
    const end = await portal.ask({ path: `/retour?${query}`, host: VI[1], cookies: { [SESSION]: id } });
    expect([end.status, cookieIn(end)]).toEqual([403, expect.stringMatching(/^[\w-]{32}$/)]);
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

describe('a session', () => {
  it('gets a new id at login; the one that a stranger may have planted is worth nothing', async () => {
    const { id, before } = await enter('patient');
    expect(id).not.toBe(before);
    const stale = await portal.ask({ path: LINK, cookies: { [SESSION]: before } });
    expect(cookieIn(stale)).toMatch(/^[\w-]{32}$/);
    const planted = await portal.ask({ path: LINK, cookies: { [SESSION]: 'a'.repeat(32) } });
    expect(cookieIn(planted)).not.toBe('a'.repeat(32));
  });

  it('stands in a cookie that no script, no other host and no plain connection sees', async () => {
    const { end } = await enter('patient');
    const line = (end.headers['set-cookie'] ?? []).find((one) => one.startsWith(SESSION)) ?? '';
    expect(line).toMatch(/^__Host-drimbox=[\w-]{32}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  });

  it('a callback is used once, and in the browser that left alone', async () => {
    const { id, state } = await sent('patient');
    const path = `/retour?code=c&state=${state}`;
    const other = await sent('patient');
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
      const { id, state } = await sent('patient', `${LINK}&${name}=${evil}`);
      const back = await portal.ask({
        path: `/retour?code=c&state=${state}${name === 'state' ? '' : `&${name}=${evil}`}`,
        cookies: { [SESSION]: id },
      });
      expect(back.headers.location).toMatch(/^\/v\/[\w-]+\/$/);
    }
    for (const path of ['//evil.test/', '/\\evil.test', '/acces//evil.test', '/v/https:%2f%2fevil.test/'])
      expect((await portal.ask({ path })).headers.location).toBeUndefined();
  });

  it('ends at our side and at the provider; going back shows nothing', async () => {
    const { id, view } = await entered();
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
  });

  it('of a patient leads on to FranceConnect+, whose session only the browser may hold: once, and in no address', async () => {
    const { end, id } = await enter('patient');
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
    const { id, view } = await entered();
    const path = '/deconnexion/psc';
    expect((await portal.post(path, { logout_token: 'forged' }, {})).status).toBe(400);
    expect((await portal.ask({ path: view, cookies: { [SESSION]: id } })).status).not.toBe(401);
    portal.psc.logoutRequest = { ok: true, sid: `sid-of-${PROFESSIONAL.subject}` };
    expect((await portal.post(path, { logout_token: 'good' }, {})).status).toBe(200);
    portal.psc.logoutRequest = { ok: false, kind: 'replayed' };
    expect((await portal.ask({ path: view, cookies: { [SESSION]: id } })).status).toBe(401);
  });
});

describe('the one page of all refusals', () => {
  const digestOf = ({ status, headers, body }: Answer): string => {
    const { date: _date, 'set-cookie': cookies, ...rest } = headers;
    // The link to the other language names the visit.
    const page = body.toString('utf8').replace(/href="\/retour[^"]*"/, '');
    return createHash('sha256')
      .update(JSON.stringify([status, rest, cookies?.map((line) => line.replace(/=[^;]*/, '')), page]))
      .digest('hex');
  };
  const hide = (sql: string): Promise<void> => portal.execute(`update exam set ${sql}`);
  afterEach(() => hide('shown = true, invisible_to_subject = false'));

  it('is the same, byte for byte, for what is unknown, withdrawn, hidden, or somebody else’s', async () => {
    const refusals: [string, Answer][] = [];
    const refused = async (name: string, profile: string, link = LINK): Promise<void> => {
      refusals.push([name, (await enter(profile, link)).end]);
    };
    await refused('unknown study', 'patient', LINK.replace('1.2.3', '1.2.4'));
    await refused('another accession number', 'patient', LINK.replace('A1', 'A9'));
    await refused('another report', 'patient', LINK.replace('1.2.9_2', '1.2.9_7'));
    portal.fc.identity = { ...PIVOT, familyName: 'AUTRE' };
    await refused('somebody else', 'patient');
    portal.fc.identity = PIVOT;
    await hide('invisible_to_subject = true');
    await refused('hidden from the patient', 'patient');
    await hide('shown = false, invisible_to_subject = false');
    await refused('withdrawn', 'patient');
    expect(refusals.map(([name, { status }]) => [name, status])).toEqual(refusals.map(([name]) => [name, 403]));
    expect(new Set(refusals.map(([, answer]) => digestOf(answer))).size).toBe(1);
    expect(refusals[0]?.[1].body.toString('utf8')).toContain('Imagerie du Port');
  });

  it('hidden from the patient opens to a professional; withdrawn opens to nobody, not even what was open', async () => {
    await hide('invisible_to_subject = true');
    const { id, view } = await entered();
    expect(view).toMatch(/^\/v\//);
    await hide('shown = false');
    const cookies = { [SESSION]: id };
    expect((await portal.ask({ path: view, cookies })).status).toBe(403);
    expect((await portal.ask({ path: `/api${view}context`, cookies })).status).toBe(403);
    portal.psc.identity = { ...PROFESSIONAL, situations: [] };
    expect((await enter('professional')).end.status).toBe(403);
  });

  it('opens an earlier version of the report, or not, by setting', async () => {
    const former = LINK.replace('1.2.9_2', '1.2.9_1');
    expect((await enter('patient', former)).end.headers.location).toMatch(/^\/v\//);
    await portal.viewer.stop();
    await portal.startViewer({ DRIMBOX_FORMER_REPORTS: 'no' });
    expect((await enter('patient', former)).end.status).toBe(403);
    expect((await enter('patient')).end.headers.location).toMatch(/^\/v\//);
  });
});

it('one address may ask for so many pages in a minute, and its images are no pages', async () => {
  await portal.viewer.stop();
  await portal.startViewer({ DRIMBOX_PORTAL_PER_MINUTE: '3' });
  const statuses: number[] = [];
  for (let n = 0; n < 5; n++) statuses.push((await portal.ask({ path: LINK })).status);
  expect(statuses).toEqual([303, 303, 303, 429, 429]);
  expect((await portal.ask({ path: '/api/v/x/context' })).status).toBe(401);
  await portal.viewer.stop();
  await portal.startViewer();
});

it('who follows too many links is told to come back, and it is counted', async () => {
  portal.fc.identity = { ...PIVOT, subject: 'hurried' };
  portal.fc.subject = 'hurried';
  const { id } = await enter('patient');
  const cookies = { [SESSION]: id };
  let last = 303;
  for (let n = 0; n < 25 && last !== 429; n++) {
    const click = await portal.ask({ path: LINK, cookies });
    last = (await portal.ask({ path: click.headers.location ?? '', cookies })).status;
  }
  expect(last).toBe(429);
  expect((await portal.events('image.refused')).at(-1)).toMatchObject({ code: 'DRIM-714' });
});
