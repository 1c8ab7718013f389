import type { Browser, Page } from 'playwright-core';
import { type Attribute, part10 } from '../../../sandbox/src/studies/dicom-writer.js';
import { blockFile } from './blocks.js';
import { launch, openPage } from './browser.js';
import { compress } from './compress.js';
import { readFile } from './dicom-file.js';
import { otherFile, pdfFile, reportFile } from './documents.js';
import { type DoubleObject, ImageApiDouble } from './double.js';
import { ENHANCED_CT, petSlice } from './frames.js';
import { ctSlice } from './phantom.js';
import { openPoisoned, poisoned, POISONS } from './poison.js';

let browser: Browser;
let double: ImageApiDouble;

/** Attributes of an image that the viewer shows, or might. */
const SHOWN = [
  ['0008103E', 'LO'],
  ['00080060', 'CS'],
  ['00081030', 'LO'],
  ['00185101', 'CS'],
  ['00200020', 'CS'],
  ['00200060', 'CS'],
  ['00200062', 'CS'],
  ['00281054', 'LO'],
  ['00281055', 'LO'],
  ['00281056', 'CS'],
  ['00541001', 'CS'],
  ['00200052', 'UI'],
] as const;

async function image(file: Buffer, kept: readonly string[] = []): Promise<DoubleObject> {
  const read = readFile(await compress(file, 'jpeg-ls'));
  const json = poisoned(read.json, SHOWN);
  for (const tag of kept) json[tag] = read.json[tag] ?? { vr: 'CS' };
  return { ...read, json };
}

const withoutPixels = (file: Buffer): DoubleObject => {
  const read = readFile(file);
  return { ...read, json: poisoned(read.json, [['0008103E', 'LO']]) };
};

const code = (text: string): Attribute[] => [[0x0008_0104, 'LO', text]];
/** A report with a content item of each type of value that is shown as text (PS3.3 §C.17.3). */
function fullReport(): Buffer {
  const [sopClass, instance] = ['1.2.840.10008.5.1.4.1.1.88.33', '2.25.4713.9'];
  const content = (type: string, ...attributes: Attribute[]): Attribute[] => [
    [0x0040_a040, 'CS', type],
    [0x0040_a043, 'SQ', [code('x')]],
    ...attributes,
  ];
  return part10(sopClass, instance, 'ISO_IR 192', [
    [0x0008_0016, 'UI', sopClass],
    [0x0008_0060, 'CS', 'SR'],
    [0x0008_0023, 'DA', 'x'],
    [0x0040_a040, 'CS', 'CONTAINER'],
    [0x0040_a043, 'SQ', [code('x')]],
    [0x0040_a491, 'CS', 'x'],
    [0x0040_a493, 'CS', 'x'],
    [
      0x0040_a730,
      'SQ',
      [
        content('TEXT', [0x0040_a160, 'UT', 'x']),
        content('CODE', [0x0040_a168, 'SQ', [code('x')]]),
        content('NUM', [
          0x0040_a300,
          'SQ',
          [
            [
              [0x0040_a30a, 'DS', 1],
              [0x0040_08ea, 'SQ', [code('x')]],
            ],
          ],
        ]),
        content('PNAME', [0x0040_a123, 'PN', 'x']),
        content('DATE', [0x0040_a121, 'DA', 'x']),
        content('TIME', [0x0040_a122, 'TM', 'x']),
        content('UIDREF', [0x0040_a124, 'UI', 'x']),
        content('CONTAINER', [0x0040_a730, 'SQ', [content('TEXT', [0x0040_a160, 'UT', 'x'])]]),
      ],
    ],
  ]);
}

beforeAll(async () => {
  const slices = await Promise.all(Array.from({ length: 6 }, (_, at) => image(ctSlice(at + 1), ['00200052'])));
  const entry = (id: string, files: readonly DoubleObject[], more: object = {}): object => ({
    id,
    number: 1,
    modality: 'CT',
    description: 'x',
    files,
    ...more,
  });
  const series = [
    entry('ct', slices),
    entry('bad', [await image(ctSlice(9))], { outcome: 'incomplete', announced: 3 }),
    entry('enhanced', [await image(blockFile(ENHANCED_CT, '990'))]),
    entry('pet', [await image(blockFile(petSlice(1, 1), '991'), ['00080060'])]),
    entry('sr', [withoutPixels(fullReport()), withoutPixels(reportFile('x'))], { kind: 'other' }),
    entry('pdf', [withoutPixels(pdfFile('x'))], { kind: 'other' }),
    entry('rt', [withoutPixels(otherFile())], { kind: 'other' }),
    entry('keys', slices.slice(0, 2), { kind: 'key-images' }),
  ] as never;
  const more = { ins: '1', oid: '1', birthGivens: 'x', usedGiven: 'x', usedName: 'x' };
  double = await ImageApiDouble.start({
    exams: [
      { id: 'e', description: 'x', date: '2026-01-05', series },
      { id: 'f', description: 'x', date: '2025-01-05', series: [entry('other', slices)] as never },
    ],
    context: {
      patient: {
        birthName: 'x',
        firstBirthGiven: 'x',
        birthDate: '1979-03-28',
        sex: 'F',
        birthPlace: { code: '63220', name: 'x' },
        more,
        test: true,
      },
    },
  });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await double?.stop();
});

const shownAsText = async (page: Page, selector: string): Promise<boolean> => {
  const text = await page.locator(selector).first().innerText();
  return POISONS.some((each) => text.includes(each));
};

it('shows hostile texts as texts, in every field of every object and answer', async () => {
  const { page, complaints, harm } = await openPoisoned(browser, double.page);
  await page.locator('.grid .pane[data-first-pixels]').waitFor();
  for (const place of ['.traits', '.user', '.worth', '.series-list', '.grid .overlay-top']) {
    expect([place, await shownAsText(page, place)]).toEqual([place, true]);
  }
  for (const id of ['ct', 'bad', 'enhanced', 'pet']) {
    await page.click(`[data-series=${id}]`);
    await page.locator('.grid .pane[data-first-pixels]').waitFor();
    // What is measured is said with the unit of the file.
    await page.click('[data-tool=probe]');
    const box = await page.locator('.grid .pane canvas').boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2 + 9, (box?.y ?? 0) + (box?.height ?? 0) / 2 + 9);
    await page.locator('.grid .pane svg text').first().waitFor({ state: 'attached' });
    expect(await harm()).toEqual([]);
  }
  for (const id of ['sr', 'pdf', 'rt']) {
    await page.click(`[data-series=${id}]`);
    await page.locator('.pane-cards .card').first().waitFor();
    expect([id, await shownAsText(page, '.pane-cards')]).toEqual([id, true]);
    expect(await harm()).toEqual([]);
  }
  await page.locator('summary').nth(1).click();
  await page.locator('[data-series=other]').waitFor();
  await page.click('[data-series=ct]');
  await page.selectOption('#layout', '2');
  await page.click('[data-tool=mpr]');
  await page.locator('.mpr[data-filled=true]').waitFor();
  expect(await shownAsText(page, '.mpr .overlay-top')).toBe(true);
  await page.click('[data-tool=mpr]');
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await page.getByRole('button', { name: 'Help' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.waitForTimeout(500);
  expect(await harm()).toEqual([]);
  expect(complaints).toEqual([]);
  // What looks for harm finds it: the same text as markup is an element, and the policy refuses to run it.
  await page.evaluate((text) => document.body.insertAdjacentHTML('beforeend', text), POISONS[0]);
  await page.waitForTimeout(300);
  expect((await harm()).length).toBeGreaterThan(1);
});

it('shows a refusal in hostile words as text', async () => {
  const context = await browser.newContext();
  await context.route(/\/context$/, (route) =>
    route.fulfill({ status: 403, json: { reason: 'forbidden', fr: POISONS[0], en: POISONS[1], code: POISONS[2] } }),
  );
  const { page } = await openPage(browser, double.page, {}, context);
  await page.getByText(POISONS[0]).waitFor();
  expect(await page.locator('img, script:not([src])').count()).toBe(0);
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
});
