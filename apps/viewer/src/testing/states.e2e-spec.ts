import type { Browser, Page } from 'playwright-core';
import { axeViolations, firstPixels, launch, openPage, screenPixels } from './browser.js';
import { compress } from './compress.js';
import { type DoubleOptions, type DoubleSeries, ImageApiDouble } from './double.js';
import { ctSlice } from './phantom.js';

let browser: Browser;
let files: Buffer[];
let doubles: ImageApiDouble[] = [];

beforeAll(async () => {
  files = await Promise.all(Array.from({ length: 12 }, (_, at) => compress(ctSlice(at + 1), 'jpeg-ls')));
  browser = await launch();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  for (const double of doubles) await double.stop();
  doubles = [];
});

afterAll(async () => browser?.close());

/** A promise and what fulfils it. */
function opening(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Levels along the middle of the view: they tell a lossy image from the one it comes from. */
const lineOfLevels = (page: Page): Promise<number[][]> =>
  screenPixels(
    page,
    '.grid .pane canvas',
    Array.from({ length: 150 }, (_, at) => [350 + at, 300]),
  );

async function serve(series: Partial<DoubleSeries>, context: DoubleOptions['context'] = {}): Promise<ImageApiDouble> {
  const double = await ImageApiDouble.start({
    exams: [
      {
        id: 'e',
        description: 'Scanner',
        date: '2026-01-05',
        series: [{ id: 's1', number: 1, modality: 'CT', description: 'Fantôme', files, ...series }],
      },
    ],
    context,
  });
  doubles.push(double);
  return double;
}

it('shows the first image before the series is complete, and how far it is', async () => {
  const gate = opening();
  const double = await serve({ hold: { after: 3, quality: 'lossless', until: gate.opened } });
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  await page.locator('.series-count').getByText('3 sur 12').waitFor();
  gate.open();
  await page.locator('.series-count').getByText('12 images').waitFor();
});

it('says that images are missing, and tries again', async () => {
  const double = await serve({ announced: 15, outcome: 'incomplete' });
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  const banner = page.locator('.pane-banner').first();
  await banner.getByText('Images incomplètes : 12 objets reçus sur 15').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  const before = double.requests.filter((request) => request.includes('quality=')).length;
  await banner.getByRole('button', { name: 'Réessayer' }).click();
  await banner.getByText('Images incomplètes').waitFor();
  expect(double.requests.filter((request) => request.includes('quality=')).length).toBeGreaterThan(before);
});

it('goes on by itself after a cut', async () => {
  const double = await serve({ cutAfter: 5 });
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  await page.getByText('12 images').waitFor();
  expect(await page.locator('.pane-banner').first().isVisible()).toBe(false);
  expect(double.requests.filter((request) => request.includes('quality=')).length).toBe(2);
});

it('says a failure when nothing came', async () => {
  const double = await serve({ files: [], announced: 12, outcome: 'failed' });
  const { page } = await openPage(browser, double.page);
  await page
    .locator('.pane-banner')
    .getByText("n'ont pas pu")
    .or(page.locator('.pane-banner').getByText('ne sont pas arrivées'))
    .waitFor();
});

/** A slice whose water has a texture, so that a loss shows. */
const noisySlice = (number: number): Buffer => ctSlice(number, 1, [], 7);

it('shows a lossy form first, says so on the image, and replaces it', async () => {
  const lossyFiles = await Promise.all(files.map((_, at) => compress(noisySlice(at + 1), 'jpeg-ls-near')));
  const gate = opening();
  const hold = { after: 0, quality: 'lossless', until: gate.opened };
  const own = await Promise.all(files.map((_, at) => compress(noisySlice(at + 1), 'jpeg-ls')));
  const double = await serve({ files: own, lossyFiles, hold }, { firstQuality: 'lossy' });
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  await page.getByText('Compression avec pertes ; version sans perte en cours').waitFor();
  const near = await lineOfLevels(page);
  gate.open();
  await page.locator('.lossy').first().waitFor({ state: 'hidden' });
  await page.waitForTimeout(500);
  expect(await lineOfLevels(page)).not.toEqual(near);
  const streams = double.requests
    .filter((request) => request.includes('quality='))
    .map((request) => request.split('=')[1]);
  expect(streams).toEqual(['lossy', 'lossless']);
});

it('closes and forgets everything when the session is over', async () => {
  const double = await serve({}, { idleSeconds: 6 });
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  await page.getByText(/La session se termine dans \d secondes/).waitFor();
  await page.getByText('La session est terminée').waitFor();
  expect(await page.locator('canvas').count()).toBe(0);
  expect(await page.content()).not.toContain('PAT-TROIS');
});

it('closes when the server says that the session is over, and on leaving', async () => {
  const double = await serve({});
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await page.getByText('Vous êtes déconnecté.').waitFor();
  expect(await page.locator('canvas').count()).toBe(0);
  await page.reload();
  await page.getByText('La session est terminée').waitFor();
});

it('downloads an exam, tells how far it is, and cancels', async () => {
  const double = await serve({ pace: 250 });
  const { page } = await openPage(browser, double.page);
  await firstPixels(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#zip')]);
  expect(download.suggestedFilename()).toBe('examen.zip');
  await page.getByText(/ZIP : \d+ objets sur 12/).waitFor();
  await page.getByText('ZIP complet : 12 objets').waitFor();
  await page.click('#zip');
  await page.getByText(/ZIP : \d+ objets sur 12/).waitFor();
  await page.getByRole('button', { name: 'Annuler' }).click();
  await page.getByText('ZIP annulé.').waitFor();
});
