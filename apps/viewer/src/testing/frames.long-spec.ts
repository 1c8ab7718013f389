import type { Browser, Page } from 'playwright-core';
import { type BlockImage, blockFile, BLOCKS, SIDE } from './blocks.js';
import { firstPixels, launch, openPage, screenPixels } from './browser.js';
import { compress } from './compress.js';
import { type DoubleSeries, ImageApiDouble } from './double.js';
import { DRAWN, ENHANCED_CT, enhancedLevels, linearLevel, petSlice, TOMOSYNTHESIS } from './frames.js';
import { measured, overlay, placeOf } from './screen.js';

const CANVAS = '.grid .pane canvas';
let browser: Browser;
let double: ImageApiDouble;
let page: Page;
let complaints: string[];

async function series(id: string, images: readonly BlockImage[]): Promise<DoubleSeries> {
  const files = await Promise.all(images.map((image, at) => compress(blockFile(image, `7${id}${at}`), 'jpeg-ls')));
  return { id: `s${id}`, number: Number(id), modality: images[0]?.modality ?? '', description: `Essai ${id}`, files };
}

beforeAll(async () => {
  const slopes = [1, 2.5, 0.5, 1.5, 2];
  const all = [
    await series('1', [ENHANCED_CT]),
    await series('2', [TOMOSYNTHESIS]),
    await series(
      '3',
      slopes.map((slope, at) => petSlice(at + 1, slope)),
    ),
    await series('4', [petSlice(1, 1, false)]),
    await series('5', [DRAWN]),
  ];
  double = await ImageApiDouble.start({ exams: [{ id: 'e', description: 'Coupes', date: '2026-01-05', series: all }] });
  browser = await launch();
  ({ page, complaints } = await openPage(browser, double.page));
  await firstPixels(page);
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

/** Levels in the middle of the blocks. */
async function levels(): Promise<(number | undefined)[]> {
  const box = await page.locator(CANVAS).first().boundingBox();
  const places = await Promise.all(
    Array.from({ length: BLOCKS }, async (_, block): Promise<[number, number]> => {
      const [x, y] = await placeOf(page, CANVAS, SIDE, (block % 4) * 16 + 8, Math.floor(block / 4) * 16 + 8);
      return [x - (box?.x ?? 0), y - (box?.y ?? 0)];
    }),
  );
  return (await screenPixels(page, CANVAS, places)).map(([grey]) => grey);
}

/** Waits until the levels are near those wanted: what is asked for is drawn a little later. */
async function expectLevels(wanted: readonly number[]): Promise<void> {
  let seen: (number | undefined)[] = [];
  for (let tries = 0; tries < 30; tries += 1) {
    seen = await levels();
    if (seen.every((level, block) => Math.abs((level ?? -9) - (wanted[block] ?? 0)) <= 1)) return;
    await page.waitForTimeout(100);
  }
  expect(seen).toEqual(wanted);
}

async function show(id: string): Promise<void> {
  await page.click(`[data-series=s${id}]`);
  await firstPixels(page);
  await page.focus('.grid .pane');
}

const next = async (place: number): Promise<void> => {
  await page.keyboard.press('ArrowDown');
  await page.getByText(`Image ${place} sur`).waitFor();
};

it('shows the frames of an enhanced object in the order of its dimension, each with its own values and window', async () => {
  await show('1');
  await page.getByText('Image 1 sur 3').waitFor();
  await expectLevels(enhancedLevels(1));
  expect(await overlay(page)).toContain('Fenêtre 400 / 40');
  await next(2);
  await expectLevels(enhancedLevels(2));
  await next(3);
  await expectLevels(enhancedLevels(0));
  expect(await page.locator('.grid .pane .edge').allTextContents()).toEqual(
    expect.arrayContaining(['R', 'L', 'A', 'P']),
  );
});

it('shows a tomosynthesis with its side, view and measure, and scrolls through it', async () => {
  await show('2');
  await page.getByText('Image 1 sur 6').waitFor();
  const wanted = (frame: number): number[] =>
    Array.from({ length: BLOCKS }, (_, block) => linearLevel(block * 50 + frame * 30, 512, 1024));
  await expectLevels(wanted(0));
  const words = await overlay(page);
  expect(words).toContain('Côté : droit – MLO');
  expect(words).not.toContain('au détecteur');
  for (const place of [2, 3, 4]) await next(place);
  await expectLevels(wanted(3));
});

/** SUV for each unit of the file: 70 kg, and half of 400 MBq left. */
const FACTOR = 70_000 / 200_000_000;

it('shows PET in standardised uptake values, whatever the slope of a slice', async () => {
  await show('3');
  await page.getByText('Image 1 sur 5').waitFor();
  await page.selectOption('#preset', { label: 'TEP, SUV 0 à 6' });
  const wanted = (slope: number): number[] =>
    Array.from({ length: BLOCKS }, (_, block) =>
      Math.round(Math.min(255, ((1000 + block * 500) * slope * FACTOR * 255) / 6)),
    );
  await expectLevels(wanted(1));
  expect(await overlay(page)).toContain('Fenêtre 6,0 / 3,0');
  await page.click('[data-tool=probe]');
  await page.mouse.click(...(await placeOf(page, CANVAS, SIDE, 8, 56)));
  await page.focus('.grid .pane');
  const suv = (1000 + 12 * 500) * FACTOR;
  await page.waitForFunction(() => document.querySelector('.grid .pane svg text') !== null);
  expect(await measured(page)).toContain(`${suv.toFixed(1).replace('.', ',')} SUVbw`);
  await next(2);
  await expectLevels(wanted(2.5));
});

it('measures the same in a volume of slices with different slopes', async () => {
  await page.click('[data-tool=mpr]');
  await page.locator('.mpr[data-filled=true]').waitFor();
  await page.selectOption('#preset', { label: 'TEP, SUV 0 à 10' });
  const box = await page.locator('.mpr [data-plane=axial] canvas').boundingBox();
  if (!box) throw new Error('no view');
  const side = box.height;
  // Block 14 of the third slice, whose slope is a half.
  const at: [number, number] = [box.width / 2 + side / 8, box.height / 2 + (3 * side) / 8];
  const wanted = ((1000 + 14 * 500) * 0.5 * FACTOR * 255) / 10;
  let seen = -9;
  for (let tries = 0; tries < 30 && Math.abs(seen - wanted) > 2; tries += 1) {
    await page.waitForTimeout(100);
    seen = (await screenPixels(page, '.mpr [data-plane=axial] canvas', [at]))[0]?.[0] ?? -9;
  }
  expect(Math.abs(seen - wanted)).toBeLessThanOrEqual(2);
  await page.click('[data-tool=mpr]');
});

it('keeps the unit of a PET that does not say what SUV takes', async () => {
  await show('4');
  await page.click('[data-tool=probe]');
  await page.mouse.click(...(await placeOf(page, CANVAS, SIDE, 8, 8)));
  for (let tries = 0; tries < 20 && !(await measured(page)).includes('Bq/ml'); tries += 1)
    await page.waitForTimeout(100);
  expect(await measured(page)).toMatch(/1\s000 Bq\/ml/);
  expect(await page.locator('#preset option').allTextContents()).not.toContain('TEP, SUV 0 à 6');
  expect(complaints).toEqual([]);
});

it('draws the overlay of an image in its place, turned with it, and hides it with the annotations', async () => {
  await show('5');
  const planes = page.locator('.grid .pane .overlay-planes');
  /** Is something drawn at a pixel of the image, as it lies when it has not been turned? */
  const drawnAt = async (x: number, y: number): Promise<boolean> => {
    const box = await planes.boundingBox();
    const [left, top] = await placeOf(page, CANVAS, SIDE, x, y);
    const [pixel] = await screenPixels(page, '.grid .pane .overlay-planes', [
      [left - (box?.x ?? 0), top - (box?.y ?? 0)],
    ]);
    return (pixel?.[0] ?? 0) > 200;
  };
  const until = async (right: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 30 && !(await right()); tries += 1) await page.waitForTimeout(100);
    expect(await right()).toBe(true);
  };
  // A square of 8 pixels whose first is in row 11 and column 41.
  await until(async () => (await drawnAt(44, 14)) && !(await drawnAt(38, 14)) && !(await drawnAt(44, 20)));
  await page.click('[data-tool=rotate]');
  await until(async () => (await drawnAt(SIDE - 14, 44)) && !(await drawnAt(44, 14)));
  await page.click('[data-tool=reset]');
  await page.click('[data-tool=annotations]');
  expect(await planes.isVisible()).toBe(false);
  await page.click('[data-tool=annotations]');
  await until(() => planes.isVisible());
  expect(complaints).toEqual([]);
});
