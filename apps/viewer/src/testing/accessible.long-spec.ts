import type { Browser, Page } from 'playwright-core';
import { axeViolations, firstPixels, launch, openPage } from './browser.js';
import { compress } from './compress.js';
import { otherFile, pdfFile, reportFile } from './documents.js';
import { type DoubleExam, ImageApiDouble } from './double.js';
import { ctSlice } from './phantom.js';

let browser: Browser;
let double: ImageApiDouble;
let exams: readonly DoubleExam[];

beforeAll(async () => {
  const files = await Promise.all(Array.from({ length: 10 }, (_, at) => compress(ctSlice(at + 1), 'jpeg-ls')));
  const other = { kind: 'other' as const, description: '' };
  const series = [
    { id: 'keys', kind: 'key-images' as const, modality: 'KO', description: '', files: files.slice(2, 4) },
    { id: 's1', number: 1, modality: 'CT', description: 'Coupes fines', files },
    { id: 'mixed', number: 2, modality: 'CT', description: 'Et compte rendu', files: [...files, reportFile('Rien.')] },
    {
      id: 'cut',
      number: 3,
      modality: 'CT',
      description: 'Incomplète',
      files,
      announced: 12,
      outcome: 'incomplete' as const,
    },
    {
      id: 'none',
      number: 4,
      modality: 'CT',
      description: 'Échec',
      files: [],
      announced: 3,
      outcome: 'failed' as const,
    },
    { id: 'sr', ...other, number: 5, modality: 'SR', files: [reportFile('Pas de lésion.')] },
    { id: 'pdf', ...other, number: 6, modality: 'DOC', files: [pdfFile('Lettre')] },
    { id: 'rt', ...other, number: 7, modality: 'RTSTRUCT', files: [otherFile()] },
  ];
  const prior = { id: 'p1', number: 1, modality: 'CT', description: 'Ancien', files, pace: 400 };
  exams = [
    { id: 'now', description: 'Scanner', date: '2026-01-05', series },
    { id: 'before', description: 'Antérieur', date: '2025-01-05', series: [prior] },
  ];
  double = await ImageApiDouble.start({ exams });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** Each state of the page: how one comes to it from the one before. */
const STATES: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
  ['key images', (page) => firstPixels(page)],
  [
    'a stack with a measurement',
    async (page) => {
      await page.click('[data-series=s1]');
      await firstPixels(page);
      await page.click('[data-tool=length]');
      const box = await page.locator('.grid .pane canvas').boundingBox();
      await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 300);
      await page.mouse.down();
      await page.mouse.move((box?.x ?? 0) + 400, (box?.y ?? 0) + 300, { steps: 4 });
      await page.mouse.up();
      await page.locator('.grid .pane svg text').first().waitFor({ state: 'attached' });
    },
  ],
  ['the help', (page) => page.getByRole('button', { name: 'Aide' }).click()],
  [
    'images beside documents',
    async (page) => {
      await page.getByRole('button', { name: 'Fermer' }).click();
      await page.click('[data-series=mixed]');
      await page.getByRole('button', { name: /films et documents/ }).waitFor();
    },
  ],
  ['documents over images', (page) => page.getByRole('button', { name: /films et documents/ }).click()],
  [
    'a banner',
    async (page) => {
      await page.click('[data-series=cut]');
      await page.locator('.pane-banner').getByText('Images incomplètes').waitFor();
    },
  ],
  [
    'a failure',
    async (page) => {
      await page.click('[data-series=none]');
      await page.locator('.pane-banner').getByText('ne sont pas arrivées').waitFor();
    },
  ],
  ...['sr', 'pdf', 'rt'].map((id): (typeof STATES)[number] => [
    `the card of ${id}`,
    async (page) => {
      await page.click(`[data-series=${id}]`);
      await page.locator('.pane-cards .card').first().waitFor();
    },
  ]),
  [
    'two views of two exams, one still loading',
    async (page) => {
      await page.selectOption('#layout', '2');
      await page.locator('.grid .pane').nth(1).click();
      await page.locator('summary').getByText('Antérieur').click();
      await page.click('[data-series=p1]');
      await firstPixels(page, 2);
    },
  ],
  [
    'a ZIP on its way',
    async (page) => {
      await page.click('#zip');
      await page.locator('.zip-status').getByText('ZIP').waitFor();
    },
  ],
  [
    'MPR',
    async (page) => {
      await page.locator('.grid .pane').first().click();
      await page.click('[data-series=s1]');
      await page.click('[data-tool=mpr]');
      await page.locator('.mpr[data-filled=true]').waitFor();
    },
  ],
  ['English', (page) => page.getByRole('button', { name: 'Switch to English' }).click()],
  [
    'the end',
    async (page) => {
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.locator('.end').waitFor();
    },
  ],
];

describe('WCAG 2.1 A and AA', () => {
  let page: Page;

  beforeAll(async () => {
    ({ page } = await openPage(browser, double.page));
  });

  // Each state is reached from the one before.
  it.each(STATES)('holds for %s', async (_, reach) => {
    await reach(page);
    expect(await axeViolations(page)).toEqual([]);
  });
});

it('WCAG holds on a phone: list, cards, MPR, help', async () => {
  double.renew();
  const { page } = await openPage(browser, double.page, PHONE);
  await firstPixels(page);
  const list = page.getByRole('button', { name: 'Séries' });
  await list.tap();
  expect(await axeViolations(page)).toEqual([]);
  await page.locator('[data-series=sr]').tap();
  await page.locator('.pane-cards .card').first().waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await list.tap();
  await page.locator('[data-series=s1]').tap();
  await firstPixels(page);
  await page.locator('[data-tool=mpr]').tap();
  await page.locator('.mpr[data-filled=true]').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  expect(await page.evaluate(() => window.document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.getByRole('button', { name: 'Aide' }).tap();
  expect(await axeViolations(page)).toEqual([]);
});

/** Words of the header that something covers, or that the screen does not show: in their middle and near their ends. */
const unseen = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const words = [...document.querySelectorAll<HTMLElement>('.traits dt, .traits dd, .test, .user p, .worth > *')];
    const shown = words.filter(({ textContent }) => textContent.trim() !== '');
    const seen = (word: HTMLElement, x: number, y: number): boolean => {
      const top = document.elementFromPoint(x, y);
      return top !== null && word.contains(top);
    };
    return shown
      .filter((word) => {
        const { left, right, top, bottom } = word.getBoundingClientRect();
        const [across, down] = [(left + right) / 2, (top + bottom) / 2];
        const ends = [left + 2, across, right - 2].every((x) => seen(word, x, down));
        return !ends || ![top + 2, bottom - 2].every((y) => seen(word, across, y));
      })
      .map(({ textContent }) => textContent);
  });

it.each([
  ['the traits of the default set', undefined],
  [
    'all traits, and long names',
    {
      birthName: 'DE LA TOUR-SAINT-MAURICE DE MONTFERRAND-LES-BAINS',
      firstBirthGiven: 'MARIE-DOMINIQUE',
      birthDate: '1979-03-28',
      sex: 'F' as const,
      birthPlace: { code: '63220', name: 'SAINT-REMY-EN-BOUZEMONT-SAINT-GENEST-ET-ISSON' },
      more: {
        ins: '279036322099834',
        oid: '1.2.250.1.213.1.4.10',
        birthGivens: 'MARIE-DOMINIQUE ANNE-CHARLOTTE ELISABETH',
        usedGiven: 'DOMINIQUE',
        usedName: 'DE MONTFERRAND',
      },
      test: true,
    },
  ],
])('on a phone nothing covers the patient and the user: %s', async (_, patient) => {
  const one = patient ? await ImageApiDouble.start({ exams, context: { patient } }) : (double.renew(), double);
  const { page } = await openPage(browser, one.page, { ...PHONE, viewport: { width: 390, height: 780 } });
  try {
    await firstPixels(page);
    expect(await unseen(page)).toEqual([]);
    const list = page.getByRole('button', { name: 'Séries' });
    await list.tap();
    await page.locator('[data-series=s1]').waitFor();
    expect(await unseen(page)).toEqual([]);
    // The same button closes it: it is not covered either.
    await list.tap();
    await page.locator('.series-list').waitFor({ state: 'hidden' });
    await page.locator('.skip').focus();
    expect(await unseen(page)).toEqual([]);
    await page.getByRole('button', { name: 'Aide' }).tap();
    const [header, help] = [await page.locator('.header').boundingBox(), await page.locator('dialog').boundingBox()];
    expect(help?.y).toBeGreaterThanOrEqual((header?.y ?? 0) + (header?.height ?? Infinity));
  } finally {
    await page.context().close();
    if (one !== double) await one.stop();
  }
});
