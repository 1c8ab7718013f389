import type { Browser } from 'playwright-core';
import { blockFile } from './blocks.js';
import { axeViolations, firstPixels, launch, openPage } from './browser.js';
import { compress } from './compress.js';
import { type DicomFile, readFile } from './dicom-file.js';
import { ImageApiDouble } from './double.js';

const CLASS = '1.2.840.10008.5.1.4.1.1.';
let browser: Browser;
let double: ImageApiDouble;

/** A second of a film as a browser records it: MPEG-4 AVC, as transfer syntaxes .102 to .106 hold it. */
async function record(): Promise<Buffer> {
  const page = await browser.newPage();
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [64, 64];
    const drawing = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/mp4;codecs=avc1.42E01E' });
    const chunks: Blob[] = [];
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.start();
    for (let step = 0; step < 25; step += 1) {
      if (drawing) drawing.fillStyle = `rgb(${step * 10}, 80, 120)`;
      drawing?.fillRect(0, 0, 64, 64);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await new Promise((resolve) => {
      recorder.onstop = resolve;
      recorder.stop();
    });
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  await page.close();
  return Buffer.from(base64, 'base64');
}

beforeAll(async () => {
  browser = await launch();
  const still = await compress(
    blockFile(
      {
        sopClass: `${CLASS}6.1`,
        modality: 'US',
        bits: { allocated: 8, stored: 8 },
        photometric: 'RGB',
        samples: 3,
        value: (block) => block * 16,
      },
      '81',
    ),
    'jpeg',
  );
  const bytes = await record();
  // Its head says rows, columns and frames like that of any multi-frame image.
  const head = readFile(still).json;
  const film: DicomFile = {
    transferSyntax: '1.2.840.10008.1.2.4.102',
    json: { ...head, '00280008': { vr: 'IS', Value: [25] }, '00200013': { vr: 'IS', Value: [2] } },
    frames: [bytes],
  };
  const series = [
    { id: 'film', number: 1, modality: 'US', description: 'Film', files: [film] },
    { id: 'mixed', number: 2, modality: 'US', description: 'Images et film', files: [still, film] },
  ];
  double = await ImageApiDouble.start({ exams: [{ id: 'e', description: 'Écho', date: '2026-01-05', series }] });
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

it('plays a film, alone or beside the images of its series', async () => {
  const { page, complaints } = await openPage(browser, double.page);
  const pane = page.locator('.grid .pane').first();
  const player = pane.locator('video');
  await player.waitFor();
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  await page.evaluate(() => document.querySelector('video')?.play());
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0);
  expect(await page.evaluate(() => document.querySelector('video')?.videoWidth)).toBe(64);
  expect(await pane.locator('.card p').isVisible()).toBe(false);
  expect(await pane.locator('.pane-notice').innerText()).toBe('');
  expect(await axeViolations(page)).toEqual([]);
  await page.click('[data-series=mixed]');
  await firstPixels(page);
  await page.getByText('Image 1 sur').waitFor();
  expect(await player.isVisible()).toBe(false);
  await pane.getByRole('button', { name: 'Voir les films et documents (1)' }).click();
  await player.waitFor();
  await pane.getByRole('button', { name: 'Revenir aux images' }).click();
  expect(await player.isVisible()).toBe(false);
  expect(complaints).toEqual([]);
});
