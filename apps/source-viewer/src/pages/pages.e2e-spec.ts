import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Exchange, sendPage } from '../portal/exchange.js';
import {
  choicePage,
  departurePage,
  loginFailedPage,
  situationPage,
  messagePage,
  type PageContext,
  refusalPage,
  STYLE_PATH,
} from './pages.js';
import { STYLE } from './style.js';
import type { Language } from './words.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 360, height: 740 };
const WHOM = "Centre d'imagerie médicale des Trois-Rivières-sur-Loire, accueil 01 99 00 00 00";

/** Every page there is. */
const PAGES: Readonly<Record<string, (context: PageContext) => string>> = {
  choice: (context) => choicePage(context, { action: '/acces/x', professional: true, patient: true }),
  refusal: (context) => refusalPage(context, WHOM),
  'login-failed': (context) => loginFailedPage(context, '/acces/x?choix=1'),
  link: (context) => messagePage(context, 'link'),
  situation: (context) =>
    situationPage(context, {
      action: '/acces/x/situation',
      situations: [
        { profession: 'Médecin', structure: 'CABINET SANDBOX UN', allowed: true },
        { profession: 'Médecin', structure: 'CENTRE HOSPITALIER INTERCOMMUNAL DES TROIS-RIVIERES', allowed: true },
        { profession: 'Médecin', allowed: false },
      ],
    }),
  departure: (context) =>
    departurePage(context, { action: 'https://fc.test/', profile: 'patient', idToken: 'x.y.z', redirectUri: '/' }),
  'logged-out': (context) => messagePage(context, 'loggedOut'),
  expired: (context) => messagePage(context, 'expired'),
  away: (context) => messagePage(context, 'away'),
  busy: (context) => messagePage(context, 'busy'),
};
const LANGUAGES: readonly Language[] = ['fr', 'en'];

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = createServer((request, response) => {
    const [, language = '', name = ''] = (request.url ?? '').split('/');
    if (request.url === STYLE_PATH) response.setHeader('content-type', 'text/css').end(STYLE);
    else
      sendPage(
        { response } as Exchange,
        200,
        PAGES[name]?.({ language: language === 'en' ? 'en' : 'fr', here: '/acces/x' }) ?? '',
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve));
});

/** Rules of WCAG 2.1 A and AA that the page breaks, with the elements. */
const axe = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(async () => { ${axeSource};
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)); })()`);

const CASES = Object.keys(PAGES).flatMap((name) => LANGUAGES.map((language) => ({ name, language })));

it.each(CASES)('$name in $language: no violation of WCAG A and AA, on a phone and in the dark', async (which) => {
  const { name, language } = which;
  const page = await browser.newPage({ viewport: PHONE });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${language}/${name}`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axe(page)).toEqual([]);
  }
  const width = (): Promise<number> => page.evaluate<number>('document.documentElement.scrollWidth');
  expect(await width()).toBeLessThanOrEqual(PHONE.width);
  // Letters twice as large (WCAG 1.4.4) cost no horizontal scrolling either.
  await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')");
  expect(await width()).toBeLessThanOrEqual(PHONE.width);
  expect(await page.getAttribute('html', 'lang')).toBe(language);
  expect(await page.title()).toBe(await page.locator('h1').innerText());
  // What can be pressed is large enough for a finger, but for words within a sentence (WCAG 2.5.8).
  const small = await page.evaluate<string[]>(`[...document.querySelectorAll('button, .button, header a, label')]
    .filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.outerHTML)`);
  expect(small).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});

it('calls the number that a refusal gives', () => {
  const page = refusalPage({ language: 'fr', here: '/' }, 'Centre "A" <b>, 01 99 00 00 00');
  expect(page).toContain('<a class="number" href="tel:0199000000">01 99 00 00 00</a>');
  expect(page).toContain('Centre &quot;A&quot; &lt;b&gt;');
});
