import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ViewContext, ViewSeriesList } from '@drimbox/contracts';
import type { Browser as Chromium } from 'playwright-core';
import type { Browser } from '../oidc/browser.for-spec.js';
import type { Study } from '../studies/generate-study.js';
import { firstPixels, openPage, signIn } from './viewer-chromium.for-spec.js';
import { apiOf, type ViewerWorld } from './viewer-world.for-spec.js';

/** An exam opened, and the ids of its parts. */
interface Opened {
  readonly by: Browser;
  readonly api: string;
  readonly exam: string;
  readonly series: string;
  readonly instance: string;
  readonly zip: string;
}

/** Every address of the image API of an exam, by the ids given. */
const addresses = (ids: Omit<Opened, 'by' | 'api'>): readonly (readonly [method: string, path: string])[] => [
  ['GET', `exams/${ids.exam}/series`],
  ['GET', `exams/${ids.exam}/series/${ids.series}?quality=lossless`],
  ['GET', `exams/${ids.exam}/series/${ids.series}/instances/${ids.instance}/frames/1`],
  ['GET', `exams/${ids.exam}/series/${ids.series}/instances/${ids.instance}/document`],
  ['POST', `exams/${ids.exam}/zip`],
  ['GET', `exams/${ids.exam}/zip/${ids.zip}`],
  ['GET', `exams/${ids.exam}/zip/${ids.zip}/progress`],
  ['DELETE', `exams/${ids.exam}/zip/${ids.zip}`],
];
const SESSION: readonly (readonly [method: string, path: string])[] = [
  ['GET', 'context'],
  ['POST', 'alive'],
  ['POST', 'logout'],
];
const ASKING = { 'x-drimbox-view': '1' };

/** What reaches an exam from somewhere else: another session, another exam of the same session, another site. */
export function foreignWays(given: () => { readonly world: ViewerWorld; readonly chrome: Chromium }): void {
  describe('from elsewhere', () => {
    let one: Study;
    let two: Study;
    const browsers: Browser[] = [];
    let elsewhere: Server;
    let body = '';

    beforeAll(async () => {
      const { world } = given();
      [one, two] = [await world.published(3401), await world.published(3402)];
      elsewhere = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Ailleurs</title>${body}`);
      });
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    }, 60_000);
    afterAll(async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await new Promise((resolve) => elsewhere?.close(resolve));
    });

    const url = (): string => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;

    async function opened(study: Study, number: number, by = given().world.browser()): Promise<Opened> {
      browsers.push(by);
      const view = await given().world.enter(by, given().world.link(study, number), 'professional', 'radiologue');
      const api = apiOf(view);
      const context = ViewContext.parse(await (await by.ask(`${api}context`)).json());
      const exam = context.exams[0]?.id ?? '';
      const list = ViewSeriesList.parse(await (await by.ask(`${api}exams/${exam}/series`)).json());
      const series = list.series[0]?.id ?? '';
      const stream = await (await by.ask(`${api}exams/${exam}/series/${series}?quality=lossless`)).text();
      const instance = /Content-Location: instances\/([A-Za-z0-9_-]+)\r/.exec(stream)?.[1] ?? '';
      const { id: zip } = (await (await by.ask(`${api}exams/${exam}/zip`, 'POST', ASKING)).json()) as { id: string };
      const made = { by, api, exam, series, instance, zip };
      expect(Object.values(made).every(Boolean)).toBe(true);
      return made;
    }

    it('a session reaches nothing of the exam of another', async () => {
      const [a, b] = [await opened(one, 3401), await opened(two, 3402)];
      const answers = new Set<number>();
      for (const [method, path] of [...SESSION, ...addresses(b)])
        answers.add((await a.by.ask(b.api + path, method, ASKING)).status);
      expect([...answers]).toEqual([401]);
      // In its own view, by the ids of the other.
      const mixed = [...addresses(b), ...addresses({ ...b, exam: a.exam, zip: b.zip }).slice(1, 4)];
      mixed.push(...addresses({ ...b, exam: a.exam }).slice(5));
      for (const [method, path] of mixed) {
        const { status } = await a.by.ask(a.api + path, method, ASKING);
        expect([path.replace(/[A-Za-z0-9_-]{20,}/g, '…'), method, status]).toEqual([expect.any(String), method, 404]);
      }
      // Nobody has been harmed.
      expect((await b.by.ask(`${b.api}context`)).status).toBe(200);
      expect((await a.by.ask(`${a.api}context`)).status).toBe(200);
    });

    it('a view of the same session does not answer for the ids of another view', async () => {
      const by = given().world.browser();
      const a = await opened(one, 3401, by);
      const b = await opened(two, 3402, by);
      for (const [method, path] of addresses(b)) expect((await by.ask(a.api + path, method, ASKING)).status).toBe(404);
      // The same exam opened twice has other ids too.
      const again = await opened(one, 3401, by);
      expect(again.exam).not.toBe(a.exam);
      expect((await by.ask(`${a.api}exams/${again.exam}/series`)).status).toBe(404);
    });

    it('no page of another site frames the portal', async () => {
      const { world, chrome } = given();
      const { context, page } = await openPage(chrome, world.origin);
      await signIn(page, world.link(one, 3401), 'Professionnel de santé', 'radiologue');
      await firstPixels(page);
      for (const address of [page.url(), world.link(one, 3401)]) {
        body = `<iframe src="${address.replaceAll('&', '&amp;')}" width="900" height="600"></iframe>`;
        const framing = await context.newPage();
        await framing.goto(url());
        await framing.waitForLoadState('networkidle');
        const [, frame] = framing.frames();
        expect(frame?.url()).toMatch(/^chrome-error:/);
        expect(await frame?.content()).not.toMatch(/PAT-TROIS|Professionnel/);
        await framing.close();
      }
      await context.close();
    });

    it('no form and no script of another site acts in a session', async () => {
      const { world, chrome } = given();
      const { context, page } = await openPage(chrome, world.origin);
      await page.goto(world.link(two, 3402));
      const choice = page.url();
      const tab = await context.newPage();
      await signIn(tab, world.link(one, 3401), 'Professionnel de santé', 'radiologue');
      await firstPixels(tab);
      const api = tab.url().replace('/v/', '/api/v/');
      // A form that sends itself: no login begins.
      body = `<form method="post" action="${choice}"><input name="profil" value="patient"></form>
        <script>document.forms[0].submit()</script>`;
      const forging = await context.newPage();
      await forging.goto(url());
      await forging.waitForURL(choice);
      expect(await forging.content()).not.toContain('value="pat-trois"');
      expect(await forging.locator('h1').innerText()).toMatch(/terminée|incomplet/);
      // A script that asks with the cookies of the browser: it may not even send what the portal wants to see.
      body = '';
      await forging.goto(url());
      const failed = await forging.evaluate<string[]>(`Promise.all(['POST', 'GET'].flatMap((method) =>
        [{ credentials: 'include' }, { credentials: 'include', headers: { 'x-drimbox-view': '1' } }].map((options) =>
          fetch('${api}' + (method === 'POST' ? 'logout' : 'context'), { method, ...options })
            .then(() => 'read', () => 'refused'))))`);
      expect(new Set(failed)).toEqual(new Set(['refused']));
      await tab.reload();
      await firstPixels(tab);
      await context.close();
    });

    it('leads nowhere else, whatever a link says', async () => {
      const { world } = given();
      const by = world.browser();
      browsers.push(by);
      const away = encodeURIComponent('https://elsewhere.test/');
      const link = world.link(one, 3401);
      const tried = [
        ...['redirect', 'redirect_uri', 'returnUrl', 'next', 'url', 'RelayState'].map(
          (name) => `${link}&${name}=${away}`,
        ),
        `${world.origin}//elsewhere.test/`,
        `${world.origin}/\\elsewhere.test/`,
        `${world.origin}/retour?code=a&state=b&iss=${away}&redirect_uri=${away}`,
        `${world.origin}/viewer/..%2f..%2f${away}`,
        `${world.origin}/v/${away}/`,
      ];
      for (const address of tried) {
        const answer = await by.get(address);
        expect(answer.headers.get('location') ?? '/').toMatch(/^\/(acces\/[A-Za-z0-9_-]+)?$/);
        expect(await answer.text()).not.toContain('elsewhere.test');
      }
      const { url: choice } = await by.follow(link, '-');
      for (const query of [`langue=${away}`, `langue=en&choix=${away}`, `suite=${away}`]) {
        const answer = await by.get(`${choice}?${query}`);
        expect(answer.headers.get('location') ?? choice).not.toContain('elsewhere');
      }
    });

    it('keeps nothing that says anything: addresses, storage, cookies', async () => {
      const { world, chrome } = given();
      const { context, page } = await openPage(chrome, world.origin);
      const addressed: string[] = [];
      page.on('request', (request) => addressed.push(request.url()));
      await signIn(page, world.link(one, 3401), 'Patient', 'pat-trois');
      await firstPixels(page);
      const [clicked, ...after] = addressed.filter((address) => address.startsWith(world.origin));
      expect(clicked).toContain(one.uid);
      expect(after.length).toBeGreaterThan(5);
      expect(after.join('\n')).not.toMatch(/DOMINIQUE|PAT-TROIS|1979|1\.2\.250|ACN|eyJ|279035/);
      // The way back from the provider carries a code that is used up, and leads on at once.
      expect(page.url()).toMatch(/\/v\/[A-Za-z0-9_-]+\/$/);
      const kept = await page.evaluate(`(async () => JSON.stringify([localStorage.length, sessionStorage.length,
        (await indexedDB.databases()).length, (await caches.keys()).length, document.cookie, window.name,
        history.state]))()`);
      expect(kept).toBe('[0,0,0,0,"","",null]');
      const cookies = (await context.cookies()).filter(({ domain }) => domain.includes('mesimagesmedicales'));
      expect(cookies.map(({ name }) => name)).toContain('__Host-drimbox');
      for (const cookie of cookies) {
        expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
        expect(cookie.name).toMatch(/^__Host-/);
        expect(cookie.domain.startsWith('.')).toBe(false);
      }
      // The identity of a session is no cookie that stays.
      expect(cookies.find(({ name }) => name === '__Host-drimbox')?.expires).toBe(-1);
      await context.close();
    });

    it('takes no session that somebody else has chosen', async () => {
      const { world } = given();
      const by = world.browser();
      browsers.push(by);
      const planted = 'A'.repeat(43);
      by.setCookie(world.host, '__Host-drimbox', planted);
      await by.follow(world.link(one, 3401), '-');
      expect(by.cookie(world.host, '__Host-drimbox')).not.toBe(planted);
    });
  });
}
