import type { Browser } from 'playwright-core';
import { launch, firstPixels, openPage } from './browser.js';
import { compress } from './compress.js';
import { ImageApiDouble } from './double.js';
import { ctSlice } from './phantom.js';

let browser: Browser;
let double: ImageApiDouble;

beforeAll(async () => {
  const files = await Promise.all(Array.from({ length: 20 }, (_, index) => compress(ctSlice(index + 1), 'jpeg-ls')));
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
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

it('shows the first image, who is looked at and who looks', async () => {
  const { page, complaints } = await openPage(browser, double.page);
  const time = await firstPixels(page);
  console.log('first pixels', time);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/tmp/viewer-shot.png' });
  expect(await page.textContent('.traits')).toContain('PAT-TROIS');
  expect(complaints).toEqual([]);
});
