import type { Browser, Page } from 'playwright-core';
import { axeViolations, firstPixels, launch, openPage } from './browser.js';
import { compress } from './compress.js';
import { ImageApiDouble } from './double.js';
import { ctSlice } from './phantom.js';
import { overlay } from './screen.js';

let browser: Browser;
let double: ImageApiDouble;
let page: Page;
let complaints: string[];
let give: () => void;

/** The library that draws is kept from coming until `give`. */
beforeAll(async () => {
  const files = await Promise.all(Array.from({ length: 8 }, (_, at) => compress(ctSlice(at + 1), 'jpeg-ls')));
  double = await ImageApiDouble.start({
    exams: [
      {
        id: 'exam-a',
        description: 'Scanner thoracique',
        date: '2026-01-05',
        series: [{ id: 's1', number: 1, modality: 'CT', description: 'Fantôme', files }],
      },
    ],
  });
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' });
  const given = new Promise<void>((resolve) => (give = resolve));
  await context.route('**/assets/viewer-*.js', async (route) => {
    if (route.request().resourceType() === 'script') await given;
    await route.continue();
  });
  ({ page, complaints } = await openPage(browser, double.page, {}, context));
});

afterAll(async () => {
  give();
  await browser?.close();
  await double?.stop();
});

const boxOf = (selector: string): Promise<unknown> => page.locator(selector).first().boundingBox();

it('shows the first image before the library that draws has come, and the same after', async () => {
  await page.locator('.first-picture .overlay-top:not(:empty)').waitFor();
  const levels = await page.evaluate(() => {
    const drawing = document.querySelector<HTMLCanvasElement>('.first-picture canvas')?.getContext('2d');
    return [
      [60, 128],
      [125, 125],
      [5, 5],
    ].map(([x = 0, y = 0]) => Array.from(drawing?.getImageData(x, y, 1, 1).data ?? []));
  });
  // Water in 40/400, bone, air.
  expect(levels).toEqual([
    [102, 102, 102, 255],
    [255, 255, 255, 255],
    [0, 0, 0, 255],
  ]);
  const words = await page.locator('.first-picture .overlay').innerText();
  const box = await boxOf('.first-picture canvas');
  expect(await page.locator('.traits').innerText()).not.toBe('');
  expect(await axeViolations(page)).toEqual([]);
  // Asked for before there is anybody to do it.
  await page.locator('[data-tool=probe]').click();
  give();
  await firstPixels(page);
  expect(await page.locator('.first-picture').count()).toBe(0);
  expect(await overlay(page)).toBe(words);
  expect(await boxOf('.pane-canvas')).toEqual(box);
  expect(await page.locator('[data-tool=probe]').getAttribute('aria-pressed')).toBe('true');
  expect(complaints).toEqual([]);
});

it('does not keep the views waiting for a first image that is late', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' });
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  await context.route('**/series/s1*', async (route) => {
    await given;
    await route.continue();
  });
  const { page, complaints } = await openPage(browser, double.page, {}, context);
  // The views are there, and say what they wait for.
  await page.locator('.grid .pane').getByText('Chargement').waitFor();
  await page.locator('[data-tool=invert]').click();
  give();
  await firstPixels(page);
  expect(await overlay(page)).toContain('Fenêtre 400 / 40');
  expect(complaints).toEqual([]);
});
