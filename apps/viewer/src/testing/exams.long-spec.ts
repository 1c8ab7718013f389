import type { Browser, Page } from 'playwright-core';
import { blockFile } from './blocks.js';
import { firstPixels, launch, openPage } from './browser.js';
import { compress } from './compress.js';
import { otherFile, PAYLOAD, PDF_BYTES, pdfFile, reportFile } from './documents.js';
import { type DoubleSeries, ImageApiDouble } from './double.js';
import { ctSlice } from './phantom.js';
import { overlay } from './screen.js';

let browser: Browser;
let double: ImageApiDouble;
let page: Page;
let complaints: string[];

const slices = (count: number, series: number, step: number): Promise<Buffer[]> =>
  Promise.all(
    Array.from({ length: count }, (_, at) =>
      compress(ctSlice(at + 1, series, [[0x0020_0032, 'DS', [-100, -100, at * step]]]), 'jpeg-ls'),
    ),
  );

const film = (): Promise<Buffer> =>
  compress(
    blockFile(
      {
        sopClass: '1.2.840.10008.5.1.4.1.1.3.1',
        modality: 'US',
        bits: { allocated: 8, stored: 8 },
        photometric: 'RGB',
        samples: 3,
        frames: 12,
        value: (block, sample, frame) => (block * 10 + sample * 30 + frame * 8) % 256,
        attributes: [[0x0018_1063, 'DS', 50]],
      },
      '900',
    ),
    'jpeg',
  );

const mammogram = (): Promise<Buffer> =>
  compress(
    blockFile(
      {
        sopClass: '1.2.840.10008.5.1.4.1.1.1.2',
        modality: 'MG',
        bits: { allocated: 16, stored: 12 },
        photometric: 'MONOCHROME2',
        value: (block) => block * 200,
        attributes: [
          [0x0018_1164, 'DS', [0.05, 0.05]],
          [0x0018_5101, 'CS', 'MLO'],
          [0x0020_0020, 'CS', ['P', 'FL']],
          [0x0020_0062, 'CS', 'R'],
        ],
      },
      '901',
    ),
    'jpeg-ls',
  );

beforeAll(async () => {
  const thin = await slices(40, 1, 2);
  const keys: DoubleSeries = { id: 'k', kind: 'key-images', modality: 'KO', description: '', files: thin.slice(9, 12) };
  const series: DoubleSeries[] = [
    { id: 's1', number: 1, modality: 'CT', description: 'Coupes de 2 mm', files: thin },
    { id: 'us', number: 2, modality: 'US', description: 'Ciné', files: [await film()] },
    { id: 'mg', number: 3, modality: 'MG', description: 'Sein', files: [await mammogram()] },
    { id: 'sr', kind: 'other', number: 4, modality: 'SR', description: '', files: [reportFile('Pas de lésion.')] },
    { id: 'pdf', kind: 'other', number: 5, modality: 'DOC', description: '', files: [pdfFile('Lettre')] },
    { id: 'rt', kind: 'other', number: 6, modality: 'RTSTRUCT', description: '', files: [otherFile()] },
    {
      id: 'xss',
      kind: 'other',
      number: 7,
      modality: 'SR',
      description: PAYLOAD,
      files: [reportFile(PAYLOAD, PAYLOAD)],
    },
    {
      id: 'xi',
      number: 8,
      modality: 'CT',
      description: PAYLOAD,
      files: [
        await compress(
          ctSlice(1, 9, [
            [0x0008_103e, 'LO', PAYLOAD.slice(0, 64)],
            [0x0020_0062, 'CS', PAYLOAD],
            [0x0018_5101, 'CS', PAYLOAD],
            [0x0028_1054, 'LO', PAYLOAD],
            [0x0028_1055, 'LO', PAYLOAD],
          ]),
          'jpeg-ls',
        ),
      ],
    },
  ];
  double = await ImageApiDouble.start({
    exams: [
      { id: 'now', description: 'Scanner de contrôle', date: '2026-01-05', series: [keys, ...series] },
      {
        id: 'before',
        description: 'Scanner antérieur',
        date: '2025-01-05',
        series: [{ id: 'p1', number: 1, modality: 'CT', description: 'Coupes de 4 mm', files: await slices(20, 2, 4) }],
      },
    ],
    context: {
      user: { kind: 'professional', name: PAYLOAD, role: PAYLOAD, structure: PAYLOAD },
      patient: {
        birthName: PAYLOAD,
        firstBirthGiven: PAYLOAD,
        birthDate: '1979-03-00',
        sex: 'F',
        birthPlace: { code: '63220', name: PAYLOAD },
        more: { ins: '279035121518989', oid: '1.2.250.1.213.1.4.10', birthGivens: PAYLOAD, usedGiven: PAYLOAD },
        test: true,
      },
    },
  });
  browser = await launch();
  ({ page, complaints } = await openPage(browser, double.page));
  await firstPixels(page);
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

it('opens the key images first, listed first', async () => {
  expect(await overlay(page)).toContain('Images clés');
  expect(await overlay(page)).toContain('Image 1 sur 3');
  expect(await page.locator('.series').first().innerText()).toContain('Images clés');
  const streams = double.requests.filter((request) => request.includes('quality='));
  expect(streams[0]).toContain('/series/k?');
});

it('compares two exams, scrolled together in millimetres', async () => {
  await page.click('[data-series=s1]');
  await firstPixels(page);
  await page.selectOption('#layout', '2');
  await page.locator('.grid .pane').nth(1).click();
  await page.locator('summary').getByText('Scanner antérieur').click();
  await page.click('[data-series=p1]');
  await firstPixels(page, 2);
  await page.getByText('Image 1 sur 20').waitFor();
  await page.click('[data-tool=linked]');
  await page.locator('.grid .pane').first().focus();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  await page.getByText('Image 21 sur 40').waitFor();
  await page.getByText('Image 11 sur 20').waitFor(); // 40 mm further, in slices of 4 mm
  await page.click('[data-tool=linked]');
  await page.selectOption('#layout', '1');
});

it('plays a film in colour', async () => {
  await page.click('[data-series=us]');
  await firstPixels(page);
  await page.getByText('Image 1 sur 12').waitFor();
  expect(await page.locator('.lossy').first().innerText()).toBe('Compression avec pertes');
  expect(await page.locator('.rate').inputValue()).toBe('20');
  await page.click('[data-tool=cine]');
  await page.getByText('Image 5 sur 12').waitFor();
  await page.getByText('Image 1 sur 12').waitFor(); // round again
  await page.click('[data-tool=cine]');
});

it('says the side, the view and the directions of a mammogram', async () => {
  await page.click('[data-series=mg]');
  await firstPixels(page);
  const words = await overlay(page);
  expect(words).toContain('Côté : droit – MLO');
  expect(words).toContain('(au détecteur)');
  expect(await page.locator('.grid .pane').first().locator('.edge').allTextContents()).toEqual(['A', 'P', 'HR', 'FL']);
});

it('shows reports, documents and the rest as cards', async () => {
  const card = page.locator('.pane-cards').first();
  await page.click('[data-series=sr]');
  await card.getByText('Conclusion : Pas de lésion.').waitFor();
  expect(await card.innerText()).toContain('Complet, Vérifié');
  await page.click('[data-series=pdf]');
  await card.getByText('Lettre').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    card.getByText('Télécharger le document').click(),
  ]);
  const stream = await download.createReadStream();
  const bytes: Buffer[] = [];
  for await (const chunk of stream) bytes.push(chunk as Buffer);
  expect(Buffer.concat(bytes).toString()).toContain(PDF_BYTES.toString().trim());
  await page.click('[data-series=rt]');
  await card.getByText('Objet RTSTRUCT').waitFor();
});

it('never runs what a text of an image, a report or a patient holds', async () => {
  await page.click('[data-series=xss]');
  await page.locator('.pane-cards .report').first().waitFor();
  expect(await page.locator('.pane-cards').first().innerText()).toContain(PAYLOAD);
  await page.click('[data-series=xi]');
  await firstPixels(page);
  expect(await page.locator('.traits').innerText()).toContain(PAYLOAD);
  expect(await page.locator('.traits').innerText()).toContain('00/03/1979');
  expect(await page.locator('#preset option').allTextContents()).toContain(PAYLOAD);
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('script:not([src])').count()).toBe(0);
  expect(complaints).toEqual([]);
});
