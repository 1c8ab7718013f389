import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ARTIFACTS = join(dirname(fileURLToPath(import.meta.url)), '../../../../.artifacts/viewer');

/** Debian's Chromium, without a display; every vi FQDN is this machine. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--host-resolver-rules=MAP *.mesimagesmedicales.fr 127.0.0.1',
    ],
  });

export interface OpenedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors, refusals of a policy and dialogs. */
  readonly complaints: string[];
}

/** A page, and everything it complains of at the portal: the pages of the provider are not ours. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: 'fr-FR',
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  return { context, page, complaints: complaintsOf(page, origin) };
}

export function complaintsOf(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const { url } = message.location();
    if (message.type() === 'error' && url.startsWith(origin)) complaints.push(`${url} ${message.text()}`);
  });
  return complaints;
}

/** Follows a link as a person: the choice, and the login page of the sandbox's provider. */
export async function signIn(
  page: Page,
  link: string,
  profile: 'Professionnel de santé' | 'Patient',
  login: string,
): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: profile }).click();
  await page.locator(`button[value="${login}"]`).click();
}

/** Waits for the viewer, and the pixels of a view of it. */
export async function firstPixels(page: Page, view = 1): Promise<void> {
  await page.waitForURL(/\/v\/[A-Za-z0-9_-]+\/$/);
  const pane = page.locator('.grid .pane').nth(view - 1);
  await pane.and(page.locator('[data-first-pixels]')).waitFor({ timeout: 60_000 });
}

/** Kept beside the repository's other leavings, for whoever wants to look. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** Rules of WCAG 2.1 A and AA that the page breaks, with the elements. */
export async function axeViolations(page: Page): Promise<string[]> {
  const result = await page.evaluate<AxeResult>(`(() => { ${axeSource}; return axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }); })()`);
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Grey level or colour of pixels of a view's canvas, at places of the element. */
export const screenPixels = (
  page: Page,
  selector: string,
  places: readonly (readonly [number, number])[],
): Promise<number[][]> =>
  page.evaluate<number[][]>(`((query, points) => {
    const canvas = document.querySelector(query);
    const drawing = canvas.getContext('2d');
    const scale = canvas.width / canvas.clientWidth;
    return points.map(([x, y]) =>
      Array.from(drawing.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data.slice(0, 3)));
  })(${JSON.stringify(selector)}, ${JSON.stringify(places)})`);

/** Place within a view's canvas, in pixels of the page, of a part of a square image shown whole: (0.5, 0.5) is its middle. */
export async function placeIn(page: Page, selector: string, x: number, y: number): Promise<[number, number]> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`nothing at ${selector}`);
  const side = Math.min(box.width, box.height);
  return [box.width / 2 + (x - 0.5) * side, box.height / 2 + (y - 0.5) * side];
}
