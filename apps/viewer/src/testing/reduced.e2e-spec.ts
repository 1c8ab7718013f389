import type { Browser } from 'playwright-core';
import { part10 } from '../../../sandbox/src/studies/dicom-writer.js';
import { firstPixels, launch, openPage, screenPixels } from './browser.js';
import { compress } from './compress.js';
import { type DicomFile, readFile } from './dicom-file.js';
import { ImageApiDouble } from './double.js';

const SIDE = 512;
/** 410 slices of half a mebibyte: more than the volume of a device of 1 GiB. */
const SLICES = 410;
const CT = '1.2.840.10008.5.1.4.1.1.2';

/** Slices with a bright half, all of one picture. */
async function slices(): Promise<DicomFile[]> {
  const pixels = Buffer.alloc(SIDE * SIDE * 2);
  for (let at = 0; at < SIDE * SIDE; at += 1) pixels.writeUInt16LE(at % SIDE < SIDE / 2 ? 1024 : 1224, at * 2);
  const file = part10(CT, '2.25.98.1', 'ISO_IR 192', [
    [0x0008_0016, 'UI', CT],
    [0x0008_0060, 'CS', 'CT'],
    [0x0020_0037, 'DS', [1, 0, 0, 0, 1, 0]],
    [0x0020_0052, 'UI', '2.25.98'],
    [0x0028_0002, 'US', 1],
    [0x0028_0004, 'CS', 'MONOCHROME2'],
    [0x0028_0010, 'US', SIDE],
    [0x0028_0011, 'US', SIDE],
    [0x0028_0030, 'DS', [0.5, 0.5]],
    [0x0028_0100, 'US', 16],
    [0x0028_0101, 'US', 12],
    [0x0028_0102, 'US', 11],
    [0x0028_0103, 'US', 0],
    [0x0028_1050, 'DS', 100],
    [0x0028_1051, 'DS', 400],
    [0x0028_1052, 'DS', -1024],
    [0x0028_1053, 'DS', 1],
    [0x7fe0_0010, 'OW', pixels],
  ]);
  const read = readFile(await compress(file, 'jpeg-ls'));
  return Array.from({ length: SLICES }, (_, at) => ({
    ...read,
    json: {
      ...read.json,
      '00200013': { vr: 'IS', Value: [at + 1] },
      '00200032': { vr: 'DS', Value: [-128, -128, at] },
    },
  }));
}

let browser: Browser;
let double: ImageApiDouble;

beforeAll(async () => {
  const series = [{ id: 's1', number: 1, modality: 'CT', description: 'Grand volume', files: await slices() }];
  double = await ImageApiDouble.start({ exams: [{ id: 'e', description: 'Scanner', date: '2026-01-05', series }] });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

it('offers a volume reduced by half where the whole one would not fit, in the same place and size', async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 1 }));
  const { page, complaints } = await openPage(browser, double.page, {}, context);
  await firstPixels(page);
  await page.getByText(`${SLICES} images`).waitFor({ timeout: 60_000 });
  await page.click('[data-tool=mpr]');
  const notice = page.locator('.mpr-notice');
  await notice.getByText('dépasse la mémoire prévue').waitFor();
  expect(await page.locator('.mpr canvas').count()).toBe(0);
  await notice.getByRole('button').click();
  await page.locator('.mpr[data-filled=true]').waitFor({ timeout: 120_000 });
  expect(await notice.innerText()).toContain('réduit de moitié');
  const query = '.mpr [data-plane=axial] canvas';
  const box = await page.locator(query).boundingBox();
  const [width, height] = [box?.width ?? 0, box?.height ?? 0];
  const seen = await screenPixels(page, query, [
    [width * 0.3, height * 0.4],
    [width * 0.7, height * 0.4],
  ]);
  expect(seen.map(([grey]) => grey)).toEqual([64, 192]); // 0 and 200 in 100/400
  expect(complaints).toEqual([]);
});
