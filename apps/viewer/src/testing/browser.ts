import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Debian's Chromium, without a display; WebGL by software. */
export const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
};

export const launch = (): Promise<Browser> => chromium.launch(CHROMIUM);

/** A page and everything it complained of: errors, refusals of the policy, requests to somebody else. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
  made?: BrowserContext,
): Promise<{ page: Page; complaints: string[] }> {
  const size = { width: 1280, height: 800 };
  const context = made ?? (await browser.newContext({ viewport: size, locale: 'fr-FR', ...options }));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(address).origin) complaints.push(`other: ${origin}`);
  });
  await page.goto(address);
  return { page, complaints };
}

/** Waits for the pixels of a view. Returns the milliseconds since navigation. */
export async function firstPixels(page: Page, view = 1): Promise<number> {
  const pane = page.locator('.grid .pane').nth(view - 1);
  await pane.and(page.locator('[data-first-pixels]')).waitFor({ timeout: 30_000 });
  return Number(await pane.getAttribute('data-first-pixels'));
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

type Point = readonly [x: number, y: number];

/** Puts fingers on the screen, moves them in `steps` to where they go, and lifts them. */
export async function touch(page: Page, fingers: readonly (readonly [Point, Point])[], steps = 6): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const points = (part: number): { x: number; y: number; id: number }[] =>
    fingers.map(([from, to], id) => ({
      x: from[0] + (to[0] - from[0]) * part,
      y: from[1] + (to[1] - from[1]) * part,
      id,
    }));
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(0) });
  // The library waits a little for more fingers.
  await page.waitForTimeout(150);
  for (let step = 1; step <= steps; step += 1) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(step / steps) });
    await page.waitForTimeout(30);
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
}

/** Grey level or colour of pixels of a view's canvas, at places of the element. */
export async function screenPixels(
  page: Page,
  selector: string,
  places: readonly [number, number][],
): Promise<number[][]> {
  return page.evaluate(
    ([query, points]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(query);
      const drawing = canvas?.getContext('2d');
      if (!canvas || !drawing) return [];
      const scale = canvas.width / canvas.clientWidth;
      return points.map(([x, y]) =>
        Array.from(drawing.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data.slice(0, 3)),
      );
    },
    [selector, places] as const,
  );
}
