import type { Browser, Page } from 'playwright-core';
import { BLOCK_CASES } from './block-cases.js';
import { blockFile, BLOCKS, middlesOfPnm } from './blocks.js';
import { firstPixels, launch, openPage, screenPixels } from './browser.js';
import { compress, rendered } from './compress.js';
import { readFile } from './dicom-file.js';
import { ImageApiDouble } from './double.js';
import { encoded, isEncoder } from './encode.js';

let browser: Browser;
let double: ImageApiDouble;
let page: Page;
const expected = new Map<string, number[][]>();

beforeAll(async () => {
  const series = [];
  for (const [index, { name, image, compressor, show = ['+Wi', '1'], frame = 1 }] of BLOCK_CASES.entries()) {
    const native = blockFile(image, String(index + 1));
    // What dcmtk cannot read it shows in another lossless form; else both sides decode the same bytes.
    const ours = isEncoder(compressor)
      ? await encoded(readFile(native), compressor)
      : await compress(native, compressor);
    const shown = isEncoder(compressor) ? 'jpeg-ls' : compressor;
    const theirs = Buffer.isBuffer(ours) ? ours : await compress(native, 'jpeg-ls');
    const grey = image.photometric.startsWith('MONO');
    const options = ['+F', String(frame), ...(grey ? show : [])];
    expected.set(name, middlesOfPnm(await rendered(theirs, shown, options)));
    series.push({
      id: `s${index}`,
      number: index + 1,
      modality: image.modality,
      description: name,
      files: [ours],
    });
  }
  double = await ImageApiDouble.start({ exams: [{ id: 'e', description: 'Mires', date: '2026-01-05', series }] });
  browser = await launch();
  ({ page } = await openPage(browser, double.page));
  await firstPixels(page);
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

it.each(BLOCK_CASES.map(({ name, frame = 1, tolerance = 2 }, index) => ({ name, index, frame, tolerance })))(
  'shows $name as dcmtk does',
  async ({ name, index, frame, tolerance }) => {
    await page.click(`[data-series=s${index}]`);
    await firstPixels(page);
    for (let step = 1; step < frame; step += 1) {
      await page.focus('.grid .pane');
      await page.keyboard.press('ArrowDown');
      await page.getByText(`Image ${step + 1} sur`).waitFor();
    }
    const box = await page.locator('.grid .pane canvas').first().boundingBox();
    if (!box) throw new Error('no view');
    const side = Math.min(box.width, box.height);
    const places = Array.from({ length: BLOCKS }, (_, block): [number, number] => [
      box.width / 2 + (((block % 4) + 0.5) / 4 - 0.5) * side,
      box.height / 2 + ((Math.floor(block / 4) + 0.5) / 4 - 0.5) * side,
    ]);
    const seen = await screenPixels(page, '.grid .pane canvas', places);
    const wanted = expected.get(name) ?? [];
    const far = seen.map((pixel, block) =>
      Math.max(
        ...pixel.map((value, colour) => Math.abs(value - (wanted[block]?.[colour] ?? wanted[block]?.[0] ?? -1))),
      ),
    );
    // Both sides in the message, since one number says nothing.
    const near = Math.max(...far) <= tolerance;
    expect(near ? '' : `seen ${JSON.stringify(seen)} wanted ${JSON.stringify(wanted)}`).toBe('');
  },
);
