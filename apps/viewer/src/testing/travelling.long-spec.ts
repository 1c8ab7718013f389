import type { Browser, Page } from 'playwright-core';
import { firstPixels, launch, openPage, screenPixels } from './browser.js';
import { compress } from './compress.js';
import { type DoubleSeries, ImageApiDouble } from './double.js';
import { ctSlice } from './phantom.js';

/** Volumes that open before all of their slices are there. */
const SLICES = 12;
let browser: Browser;
let files: Buffer[];
let double: ImageApiDouble | undefined;
let open = (): void => undefined;

beforeAll(async () => {
  files = await Promise.all(Array.from({ length: SLICES + 2 }, (_, at) => compress(ctSlice(at + 1), 'jpeg-ls')));
  browser = await launch();
});

afterEach(async () => {
  open();
  for (const context of browser.contexts()) await context.close();
  await double?.stop();
});

afterAll(async () => browser?.close());

/** A page in MPR of a series whose stream waits after seven objects for `open()`. */
async function halfWay(series: Partial<DoubleSeries>): Promise<{ page: Page; complaints: string[] }> {
  const until = new Promise<void>((resolve) => (open = resolve));
  const hold = { after: 7, quality: 'lossless', until };
  const ct = { id: 's1', number: 1, modality: 'CT', description: 'Fantôme', files: files.slice(0, SLICES) };
  double = await ImageApiDouble.start({
    exams: [{ id: 'e', description: 'Scanner', date: '2026-01-05', series: [{ ...ct, hold, ...series }] }],
    context: {},
  });
  const { page, complaints } = await openPage(browser, double.page);
  await firstPixels(page);
  await page.locator('.series-count').getByText('7 sur').waitFor();
  await page.click('[data-tool=mpr]');
  return { page, complaints };
}

/** Level beside the middle of the axial plane, once it is `wanted`; else what it was last. */
async function level(page: Page, wanted: number): Promise<number | undefined> {
  const query = '.mpr [data-plane=axial] canvas';
  const box = await page.locator(query).boundingBox();
  const beside: [number, number] = [(box?.width ?? 0) / 2 + 9, (box?.height ?? 0) / 2 + 9];
  let found: number | undefined;
  for (let tries = 0; tries < 50 && found !== wanted; tries += 1) {
    await page.waitForTimeout(100);
    found = (await screenPixels(page, query, [beside]))[0]?.[0];
  }
  return found;
}

const BONE = 255;

it('opens with the first slices and fills while the others travel', async () => {
  const { page, complaints } = await halfWay({});
  // Slice 7 of 12 is the one in the middle.
  expect(await level(page, BONE)).toBe(BONE);
  await page.getByText('Volume : 58 %').waitFor();
  expect(await page.locator('.mpr[data-filled=true]').count()).toBe(0);
  open();
  await page.locator('.mpr[data-filled=true]').waitFor();
  expect(await level(page, BONE)).toBe(BONE);
  expect(await page.locator('.mpr-notice').textContent()).toBe('');
  expect(complaints).toEqual([]);
});

it('is made anew when fewer slices come than were announced', async () => {
  const { page, complaints } = await halfWay({ announced: SLICES + 8 });
  await page.getByText('Volume : 35 %').waitFor();
  open();
  await page.locator('.mpr[data-filled=true]').waitFor();
  expect(await level(page, BONE)).toBe(BONE);
  expect(await page.locator('.mpr-notice').textContent()).toBe('');
  expect(complaints).toEqual([]);
});

it('says so when what comes is no volume after all', async () => {
  const gap = files.filter((_, at) => at !== 9 && at !== 10);
  const { page } = await halfWay({ files: gap });
  await page.getByText('Volume : 58 %').waitFor();
  open();
  await page.getByText('Le MPR demande une série de coupes parallèles et régulières.').waitFor();
  expect(await page.locator('.mpr[data-filled=true]').count()).toBe(0);
});

it('shows what is there of a series that stays incomplete, and says that slices are missing', async () => {
  const { page } = await halfWay({ files: files.slice(0, 9), announced: SLICES, outcome: 'incomplete' });
  await page.getByText('Volume : 58 %').waitFor();
  open();
  await page.getByText('Volume incomplet : des coupes manquent.').waitFor();
  expect(await level(page, BONE)).toBe(BONE);
});
