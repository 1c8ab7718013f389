import type { Browser, Page } from 'playwright-core';
import { axeViolations, firstPixels, launch, openPage, screenPixels } from './browser.js';
import { compress } from './compress.js';
import { ImageApiDouble } from './double.js';
import { BONE, ctSlice, SIDE } from './phantom.js';
import { drag, measured, overlay, placeOf } from './screen.js';

const CANVAS = '.grid .pane canvas';
const SLICES = 40;

let browser: Browser;
let double: ImageApiDouble;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const files = await Promise.all(Array.from({ length: SLICES }, (_, at) => compress(ctSlice(at + 1), 'jpeg-ls')));
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
  await firstPixels(page);
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

/** Level on screen at a pixel of the phantom. */
async function level(x: number, y: number): Promise<number | undefined> {
  const box = await page.locator(CANVAS).first().boundingBox();
  const [left, top] = await placeOf(page, CANVAS, SIDE, x, y);
  const seen = await screenPixels(page, CANVAS, [[left - (box?.x ?? 0), top - (box?.y ?? 0)]]);
  return seen[0]?.[0];
}

/** Waits for a level: what is asked for is drawn a little later. */
async function expectLevel(x: number, y: number, wanted: number): Promise<void> {
  let seen: number | undefined;
  for (let tries = 0; tries < 20 && seen !== wanted; tries += 1) {
    await page.waitForTimeout(100);
    seen = await level(x, y);
  }
  expect(seen).toBe(wanted);
}

/** Waits for the words beside the measurements: they are drawn a little after the gesture. */
async function expectMeasured(right: (words: string) => boolean): Promise<void> {
  let words = '';
  for (let tries = 0; tries < 20; tries += 1) {
    words = await measured(page);
    if (right(words)) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`measured: ${words}`);
}

describe('a stack', () => {
  it('shows the image in the window of the file, with its orientation and scale', async () => {
    expect(await level(60, 128)).toBe(102); // water in 40/400
    expect(await level(125, 125)).toBe(255); // bone
    const words = await overlay(page);
    expect(words).toContain('Image 1 sur 40');
    expect(words).toContain('Fenêtre 400 / 40');
    expect(words).toContain('5 cm');
    const edges = await page.locator('.grid .pane .edge').allTextContents();
    expect(edges).toEqual(['R', 'L', 'A', 'P']);
  });

  it('always shows who is looked at, who looks, the version and that it is not for diagnosis', async () => {
    const traits = await page.locator('.traits').innerText();
    for (const trait of ['PAT-TROIS', 'DOMINIQUE', '28/03/1979', 'Féminin', '63220']) expect(traits).toContain(trait);
    expect(await page.locator('.user').innerText()).toContain('Dr Camille ESSAI');
    expect(await page.locator('.worth').innerText()).toBe('Visualisation non diagnostique Version 0.1.0-test');
    expect(await page.locator('.test').innerText()).toBe('Identité de test');
  });

  it('scrolls, by the wheel and by the keyboard', async () => {
    await page.mouse.move(...(await placeOf(page, CANVAS, SIDE, 128, 128)));
    await page.mouse.wheel(0, 100);
    await page.getByText('Image 2 sur 40').waitFor();
    await page.focus('.grid .pane');
    for (const [key, place] of [
      ['ArrowDown', 3],
      ['PageDown', 13],
      ['End', 40],
      ['Home', 1],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByText(`Image ${place} sur 40`).waitFor();
    }
  });

  it('applies a preset, inverts, and comes back', async () => {
    await page.selectOption('#preset', { label: 'Poumon' });
    await page.getByText('Fenêtre 1 500 / -600').waitFor();
    await expectLevel(60, 128, Math.round((255 * (0 + 600 + 749.5 + 0.5)) / 1499));
    await page.click('[data-tool=invert]');
    await expectLevel(125, 125, 0);
    await page.click('[data-tool=reset]');
    await page.getByText('Fenêtre 400 / 40').waitFor();
    await expectLevel(60, 128, 102);
  });

  it('turns and mirrors, and its letters with it', async () => {
    const letters = (): Promise<string[]> => page.locator('.grid .pane .edge').allTextContents();
    await page.click('[data-tool=rotate]');
    await page.waitForTimeout(300);
    expect(await letters()).toEqual(['P', 'A', 'R', 'L']);
    await page.click('[data-tool=reset]');
    await page.click('[data-tool=flipHorizontal]');
    await page.waitForTimeout(300);
    expect(await letters()).toEqual(['L', 'R', 'A', 'P']);
    await page.click('[data-tool=flipHorizontal]');
  });

  it('measures a length, an angle and values of the phantom', async () => {
    await page.click('[data-tool=length]');
    await drag(page, CANVAS, SIDE, [
      [BONE.from, 110],
      [BONE.to, 110],
    ]);
    // 50 pixels of 0.8 mm
    await expectMeasured((words) => Math.abs(Number(/([\d,]+) mm/.exec(words)?.[1]?.replace(',', '.')) - 40) < 0.5);
    await page.click('[data-tool=rectangle]');
    await drag(page, CANVAS, SIDE, [
      [105, 120],
      [140, 145],
    ]);
    await expectMeasured(
      (words) =>
        words.includes('Moyenne : 700 UH') && words.includes('Écart-type : 0 UH') && words.includes('Max : 700 UH'),
    );
    await page.click('[data-tool=probe]');
    await page.mouse.click(...(await placeOf(page, CANVAS, SIDE, 128, 176)));
    await expectMeasured((words) => words.includes('-100 UH'));
  });

  it('hides what is written over the pixels and shows it again', async () => {
    await page.click('[data-tool=annotations]');
    expect(await page.locator('.grid .pane .overlay').first().isVisible()).toBe(false);
    await expectMeasured((words) => words === '');
    await page.click('[data-tool=annotations]');
    await expectMeasured((words) => words.includes('UH'));
  });

  it('speaks English when asked', async () => {
    await page.getByRole('button', { name: 'Switch to English' }).click();
    expect(await page.locator('.worth').innerText()).toContain('Not for diagnosis');
    await page.getByText('Image 1 of 40').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await page.getByRole('button', { name: 'Passer en français' }).click();
  });
});

describe('the page', () => {
  it('asks nobody else, keeps nothing and says nothing in its addresses', async () => {
    expect(complaints).toEqual([]);
    const kept = await page.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      cookies: document.cookie,
    }));
    expect(kept).toEqual({ local: 0, session: 0, databases: 0, caches: 0, cookies: '' });
    expect(double.requests.join('\n')).not.toMatch(/PAT-TROIS|DOMINIQUE|1979|2\.25\.|ESSAI/);
  });

  it('has no violation of WCAG A and AA', async () => {
    expect(await axeViolations(page)).toEqual([]);
  });

  it('is usable on a phone, by touch', async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    const small = await openPage(browser, double.page, phone);
    await firstPixels(small.page);
    expect(await axeViolations(small.page)).toEqual([]);
    expect(await small.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const targets = await small.page
      .locator('button:visible')
      .evaluateAll((buttons) =>
        buttons.map((button) => Math.min(button.clientWidth, button.clientHeight) + 2).filter((side) => side < 44),
      );
    expect(targets).toEqual([]);
    await small.page.getByRole('button', { name: 'Séries' }).tap();
    await small.page.locator('[data-series=s1]').tap();
    expect(await small.page.locator('.series-list').isVisible()).toBe(false);
    await small.page.close();
  });
});
