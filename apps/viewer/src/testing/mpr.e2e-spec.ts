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
  const files = await Promise.all(Array.from({ length: 40 }, (_, at) => compress(ctSlice(at + 1), 'jpeg-ls')));
  const series = [{ id: 's1', number: 1, modality: 'CT', description: 'Fantôme', files }];
  double = await ImageApiDouble.start({ exams: [{ id: 'e', description: 'Scanner', date: '2026-01-05', series }] });
  browser = await launch();
  ({ page, complaints } = await openPage(browser, double.page));
  await firstPixels(page);
  await page.locator('[data-series=s1][data-state=complete]').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

it('cuts the volume along three planes', async () => {
  await page.click('[data-tool=mpr]');
  await page.locator('.mpr[data-filled=true]').waitFor();
  const planes = await page
    .locator('.mpr .pane')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-plane')));
  expect(planes).toEqual(['axial', 'sagittal', 'coronal']);
  const edges = await page.locator('.mpr [data-plane=sagittal] .edge').allTextContents();
  expect(edges).toEqual(['A', 'P', 'H', 'F']);
  expect(await mprLevels('sagittal')).toEqual({ middle: 255, side: 102 });
  expect(await axeViolations(page)).toEqual([]);
});

it('projects a slab', async () => {
  // In the middle of the axial plane a band of fat crosses; the highest value of 20 mm is water.
  const before = await fatLevels();
  await page.locator('#slab').fill('30');
  await page.waitForTimeout(500);
  const mip = await fatLevels();
  await page.selectOption('#slab-mode', 'minip');
  await page.waitForTimeout(500);
  const minip = await fatLevels();
  expect(before.filter((value) => value === 38).length).toBeGreaterThan(0);
  expect(mip.filter((value) => value < 102)).toEqual([]);
  const fat = (levels: number[]): number => levels.filter((value) => value === 38).length;
  expect(fat(minip)).toBeGreaterThan(fat(before));
  await page.locator('.mpr [data-plane=axial]').getByText('Épaisseur 30 mm, MinIP').waitFor();
  // The band moves a pixel with each slice of 2 mm: two slices to each side make 14 pixels of its 10.
  await page.locator('#slab').fill('8');
  await page.waitForTimeout(500);
  const thin = fat(await fatLevels());
  expect(thin / fat(before)).toBeGreaterThan(1.2);
  expect(thin / fat(before)).toBeLessThan(1.6);
  expect(await page.locator('.mpr [data-plane=axial] .overlay').innerText()).toContain('8 mm');
});

it('cuts along a plane that is turned with the crosshairs', async () => {
  await page.locator('#slab').fill('0');
  const axial = await page.locator('.mpr [data-plane=axial] canvas').boundingBox();
  if (!axial) throw new Error('no view');
  const [x, y] = [axial.x + axial.width / 2, axial.y + axial.height / 2];
  await page.mouse.move(x + 60, y, { steps: 3 });
  const handle = await page.locator('.mpr [data-plane=axial] svg circle').last().boundingBox();
  if (!handle) throw new Error('no handle');
  const reach = handle.x + handle.width / 2 - x;
  await page.mouse.move(x + reach, y, { steps: 3 });
  await page.mouse.down();
  await page.mouse.move(x + reach * Math.SQRT1_2, y + reach * Math.SQRT1_2, { steps: 8 });
  await page.mouse.up();
  await page.waitForTimeout(500);
  // The middle is bone still; along the diagonal there is water beside it, then the air around the disc.
  for (const plane of ['coronal', 'sagittal']) expect(await mprLevels(plane)).toEqual({ middle: 255, side: 102 });
  const letters = page.locator('.mpr [data-plane=coronal] .edge-left');
  expect(await letters.innerText()).toMatch(/^R[AP]$|^[AP]R$/);
  // And stays so when the window changes its size.
  await page.setViewportSize({ width: 1100, height: 700 });
  await page.waitForTimeout(500);
  expect(await letters.innerText()).toMatch(/^R[AP]$|^[AP]R$/);
  expect(await mprLevels('coronal')).toEqual({ middle: 255, side: 102 });
  const size = await page.locator('.mpr [data-plane=coronal] canvas').evaluate((canvas: HTMLCanvasElement) => ({
    wide: canvas.width - Math.round(canvas.clientWidth * devicePixelRatio),
    high: canvas.height - Math.round(canvas.clientHeight * devicePixelRatio),
  }));
  expect(size).toEqual({ wide: 0, high: 0 });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.click('[data-tool=reset]');
  await page.waitForTimeout(300);
  expect(await letters.innerText()).toBe('R');
});

it('measures values in a plane that crosses many slices', async () => {
  await page.locator('#slab').fill('0');
  await page.click('[data-tool=rectangle]');
  const box = await page.locator('.mpr [data-plane=coronal] canvas').boundingBox();
  if (!box) throw new Error('no view');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x - 30, y - 60);
  await page.mouse.down();
  await page.mouse.move(x + 30, y + 60, { steps: 5 });
  await page.mouse.up();
  const words = page.locator('.mpr [data-plane=coronal] svg text');
  await words.getByText('Moyenne : 700 UH').waitFor();
  expect((await words.allTextContents()).join(' | ')).toContain('Max : 700 UH');
  await page.click('[data-tool=mpr]');
  await page.locator('.grid .pane canvas').first().waitFor();
  expect(complaints).toEqual([]);
});

async function mprLevels(plane: string): Promise<{ middle: number | undefined; side: number | undefined }> {
  const query = `.mpr [data-plane=${plane}] canvas`;
  const box = await page.locator(query).boundingBox();
  const [width, height] = [box?.width ?? 0, box?.height ?? 0];
  const seen = await screenPixels(page, query, [
    [width / 2 - 6, height / 2 - 6],
    [width / 2 - width / 4, height / 2 - 6],
  ]);
  return { middle: seen[0]?.[0], side: seen[1]?.[0] };
}

/** Levels down a column beside the crosshairs, below the bone of the axial plane. */
async function fatLevels(): Promise<number[]> {
  const query = '.mpr [data-plane=axial] canvas';
  const box = await page.locator(query).boundingBox();
  const shown = Math.min(box?.width ?? 0, box?.height ?? 0);
  const places = Array.from({ length: 60 }, (_, at): [number, number] => [
    (box?.width ?? 0) / 2 - shown / 5,
    (box?.height ?? 0) / 2 + shown * (0.12 + at * 0.003),
  ]);
  return (await screenPixels(page, query, places)).map(([grey]) => grey ?? -1);
}
