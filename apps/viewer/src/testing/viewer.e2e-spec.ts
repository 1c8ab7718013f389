import type { Browser, Page } from 'playwright-core';
import { axeViolations, firstPixels, launch, openPage, screenPixels } from './browser.js';
import { compress } from './compress.js';
import { ImageApiDouble } from './double.js';
import { ctSlice } from './phantom.js';

let browser: Browser;
let double: ImageApiDouble;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const files = await Promise.all(Array.from({ length: 40 }, (_, index) => compress(ctSlice(index + 1), 'jpeg-ls')));
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
  ({ page, complaints } = await openPage(browser, double.page));
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

it('shows the first image, who is looked at and who looks', async () => {
  const time = await firstPixels(page);
  console.log('first pixels', time);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/tmp/viewer-shot.png' });
  expect(await page.textContent('.traits')).toContain('PAT-TROIS');
  console.log(
    await screenPixels(page, '.grid .pane canvas', [
      [500, 100],
      [500, 300],
      [500, 200],
    ]),
  );
  expect(complaints).toEqual([]);
});

it('mpr', async () => {
  const before = Date.now();
  await page.click('[data-tool=mpr]');
  await page.locator('.mpr[data-filled=true]').waitFor({ timeout: 20000 });
  console.log('mpr', Date.now() - before);
  await page.waitForTimeout(500);
  await page.screenshot({ path: '/tmp/viewer-mpr.png' });
  console.log(complaints, await axeViolations(page));
  await page.locator('#slab').fill('20');
  await page.waitForTimeout(500);
  await page.screenshot({ path: '/tmp/viewer-slab.png' });
  await page.click('[data-tool=mpr]');
  await page.waitForTimeout(500);
  await page.screenshot({ path: '/tmp/viewer-back.png' });
});
it('phone', async () => {
  const small = await openPage(browser, double.page, {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await firstPixels(small.page);
  await small.page.waitForTimeout(800);
  await small.page.screenshot({ path: '/tmp/viewer-phone.png' });
  console.log(small.complaints, await axeViolations(small.page));
});
