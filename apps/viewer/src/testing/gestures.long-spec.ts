import type { Browser, Page } from 'playwright-core';
import { firstPixels, launch, openPage, touch } from './browser.js';
import { compress } from './compress.js';
import { ImageApiDouble } from './double.js';
import { ctSlice, SIDE } from './phantom.js';
import { drag, measured, overlay, placeOf } from './screen.js';

const CANVAS = '.grid .pane canvas';
const SLICES = 20;
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };
let browser: Browser;
let double: ImageApiDouble;

beforeAll(async () => {
  const files = await Promise.all(Array.from({ length: SLICES }, (_, at) => compress(ctSlice(at + 1), 'jpeg-ls')));
  const one = { id: 's1', number: 1, modality: 'CT', description: 'Fantôme', files };
  double = await ImageApiDouble.start({
    exams: [
      {
        id: 'e',
        description: 'Scanner',
        date: '2026-01-05',
        series: [one],
      },
      {
        id: 'before',
        description: 'Antérieur',
        date: '2025-01-05',
        series: [{ ...one, id: 'p1', files: files.slice(0, 3) }],
      },
    ],
  });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

/** Number behind a word of the overlay: `Image 3 sur 20`, `Zoom 150 %`. */
async function told(page: Page, words: RegExp): Promise<number> {
  return Number(words.exec(await overlay(page))?.[1]?.replace(/\s/g, ''));
}

async function until(page: Page, right: () => Promise<boolean>, tries = 40): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    if (await right()) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`on screen: ${await overlay(page)}`);
}

/** Taps a tool until it has done its work: of a tap a tenth of a second after a drag, Chromium does not always make a click. */
async function tap(page: Page, tool: string, done: () => Promise<boolean>): Promise<void> {
  for (let again = 3; again > 0; again -= 1) {
    await page.locator(`[data-tool=${tool}]`).tap();
    if (
      await until(page, done, 15).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`${tool} does nothing: ${await overlay(page)}`);
}

describe('fingers on a phone', () => {
  let page: Page;
  let middle: [number, number];
  const image = (): Promise<number> => told(page, /Image (\d+) sur/);
  const zoom = (): Promise<number> => told(page, /Zoom ([\d\s]+) %/);
  const window = (): Promise<string | undefined> => overlay(page).then((words) => /Fenêtre (.+)/.exec(words)?.[1]);

  beforeAll(async () => {
    ({ page } = await openPage(browser, double.page, PHONE));
    await firstPixels(page);
    await page.getByText('20 images').first().waitFor({ state: 'attached' });
    middle = await placeOf(page, CANVAS, SIDE, 128, 128);
  });

  it('one scrolls', async () => {
    const [x, y] = middle;
    await touch(page, [
      [
        [x, y - 60],
        [x, y + 60],
      ],
    ]);
    await until(page, async () => (await image()) > 1);
  });

  it('one changes the window when that tool is chosen', async () => {
    const [x, y] = middle;
    const before = await window();
    await tap(page, 'window', () =>
      page
        .locator('[data-tool=window][aria-pressed=true]')
        .count()
        .then((on) => on === 1),
    );
    await touch(page, [
      [
        [x - 50, y],
        [x + 50, y + 20],
      ],
    ]);
    await until(page, async () => (await window()) !== before);
    await tap(page, 'reset', async () => (await window()) === before);
  });

  it('two that part enlarge, two that close make smaller', async () => {
    const [x, y] = middle;
    const before = await zoom();
    await touch(page, [
      [
        [x - 30, y],
        [x - 110, y],
      ],
      [
        [x + 30, y],
        [x + 110, y],
      ],
    ]);
    await until(page, async () => (await zoom()) > before * 1.3);
    const large = await zoom();
    await touch(page, [
      [
        [x - 110, y],
        [x - 50, y],
      ],
      [
        [x + 110, y],
        [x + 50, y],
      ],
    ]);
    await until(page, async () => (await zoom()) < large / 1.3);
  });

  it('two that go together move the image', async () => {
    const [x, y] = middle;
    const level = (): Promise<number | undefined> =>
      page.evaluate(
        ([query, left, top]) => {
          const canvas = document.querySelector<HTMLCanvasElement>(query);
          const box = canvas?.getBoundingClientRect();
          if (!canvas || !box) return undefined;
          const scale = canvas.width / canvas.clientWidth;
          return canvas.getContext('2d')?.getImageData((left - box.x) * scale, (top - box.y) * scale, 1, 1).data[0];
        },
        [CANVAS, x, y] as const,
      );
    await tap(page, 'reset', async () => (await level()) === 255); // the bone in the middle
    await touch(page, [
      [
        [x - 40, y],
        [x - 40, y + 100],
      ],
      [
        [x + 40, y],
        [x + 40, y + 100],
      ],
    ]);
    await until(page, async () => (await level()) === 102); // water came there
  });
});

describe('angles', () => {
  let page: Page;

  beforeAll(async () => {
    ({ page } = await openPage(browser, double.page));
    await firstPixels(page);
  });

  const angles = async (): Promise<number[]> =>
    [...(await measured(page)).matchAll(/([\d,]+)°/g)].map(([, degrees]) => Number(degrees?.replace(',', '.')));

  it('are measured between two sides', async () => {
    await page.click('[data-tool=angle]');
    await drag(page, CANVAS, SIDE, [
      [60, 60],
      [60, 100],
    ]);
    await page.waitForTimeout(800);
    const end = await placeOf(page, CANVAS, SIDE, 100, 100);
    await page.mouse.move(...end, { steps: 5 });
    await page.waitForTimeout(200);
    await page.mouse.click(...end, { delay: 100 });
    // The library takes a click for one only when no second has followed.
    await page.waitForTimeout(800);
    await until(page, async () => (await angles()).some((degrees) => Math.abs(degrees - 90) < 1));
  });

  it('are measured between two lines that do not meet, after Cobb', async () => {
    await page.click('[data-tool=cobb]');
    await drag(page, CANVAS, SIDE, [
      [130, 60],
      [190, 60],
    ]);
    // A second press that soon would be a double click.
    await page.waitForTimeout(800);
    await drag(page, CANVAS, SIDE, [
      [130, 200],
      [190, 140],
    ]);
    await until(page, async () => (await angles()).some((degrees) => Math.abs(degrees - 45) < 1.5));
  });
});

it('asks for a light form first when that is chosen, for the series that follow', async () => {
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  expect(await page.locator('#quality option').allTextContents()).toEqual([
    'Qualité : sans perte',
    'Qualité : aperçu rapide, puis sans perte',
  ]);
  await page.selectOption('#quality', 'lossy');
  const before = double.requests.length;
  await page.locator('summary').getByText('Antérieur').click();
  await page.click('[data-series=p1]');
  await page.locator('[data-series=p1][data-state=complete]').waitFor();
  const asked = (): string[] =>
    double.requests.slice(before).flatMap((request) => /\/p1\?quality=(\w+)/.exec(request)?.[1] ?? []);
  await until(page, async () => asked().length === 2);
  expect(asked()).toEqual(['lossy', 'lossless']);
  // Nothing of it is kept: a new page is as the site wants it.
  const again = await openPage(browser, double.page);
  await firstPixels(again.page);
  expect(await again.page.locator('#quality').inputValue()).toBe('lossless');
});
