import type { Page } from 'playwright-core';
import { generateStudy, type Instance, type SeriesOptions, type Study } from '../studies/generate-study.js';
import { grey8 } from '../studies/pixels.js';
import { compressed, type Compressor, rendered } from '@drimbox/testing';
import { pixelOfPnm } from './dcmtk.for-spec.js';
import { firstPixels, keepScreenshot, openPage, placeIn, screenPixels, signIn } from './viewer-chromium.for-spec.js';
import type { ImagesWorld } from './viewer-images.for-spec.js';

interface PixelCase {
  readonly name: string;
  readonly series: SeriesOptions;
  /** As the PACS holds it; native when absent. */
  readonly stored?: Compressor;
  /** How dcmtk is asked to show it: `+Wi 1` the first window of the file, `+Wm` all values there are. */
  readonly show?: readonly string[];
  /** Frame looked at, from 1. */
  readonly frame?: number;
  /** Levels out of 256 that rounding, or a lossy decoder, may make of difference. */
  readonly tolerance?: number;
}

const NUMBER = 3301;
const SIDE = 64;
const WINDOW = ['+Wi', '1'];
const ALL = ['+Wm'];

/** Red, green and blue of 256 indices: no two alike, none grey. */
const palette = [0, 1, 2].flatMap((colour): NonNullable<SeriesOptions['attributes']>[number][] => {
  const entries = Uint16Array.from(
    { length: 256 },
    (_, index) => ((index * (colour * 2 + 3) + 40 * colour) % 256) * 257,
  );
  return [
    [0x0028_1101 + colour, 'US', [256, 0, 16]],
    [0x0028_1201 + colour, 'OW', Buffer.from(entries.buffer)],
  ];
});

/** A window as wide as the blocks are. */
const CT: SeriesOptions = {
  modality: 'CT',
  attributes: [
    [0x0028_1050, 'DS', 800],
    [0x0028_1051, 'DS', 3000],
  ],
};

/** One of each modality and photometric interpretation, as a PACS of a hospital holds them. */
const CASES: readonly PixelCase[] = [
  { name: 'CT', series: CT, show: WINDOW },
  { name: 'CT, JPEG lossless', series: CT, stored: 'jpeg-lossless', show: WINDOW },
  { name: 'MR, RLE', series: { modality: 'MR' }, stored: 'rle', show: ALL },
  {
    name: 'DX, MONOCHROME1',
    series: {
      modality: 'DX',
      attributes: [
        [0x0028_0004, 'CS', 'MONOCHROME1'],
        [0x2050_0020, 'CS', 'INVERSE'],
      ],
    },
    show: WINDOW,
  },
  { name: 'MG, JPEG-LS', series: { modality: 'MG' }, stored: 'jpeg-ls', show: WINDOW },
  { name: 'US, RGB', series: { modality: 'US', frames: 3 }, frame: 2 },
  { name: 'US, YBR_FULL_422', series: { modality: 'US', frames: 3 }, stored: 'jpeg', frame: 3, tolerance: 8 },
  {
    name: 'US, PALETTE COLOR',
    series: {
      modality: 'US',
      frames: 1,
      attributes: [
        ...grey8({ size: { rows: SIDE, columns: SIDE }, frames: 1, seed: 1, pattern: 'blocks', instance: 1 }),
        [0x0028_0004, 'CS', 'PALETTE COLOR'],
        ...palette,
      ],
    },
  },
  { name: 'NM', series: { modality: 'NM', frames: 3 }, show: ALL, frame: 2 },
  { name: 'XA, JPEG-LS', series: { modality: 'XA', frames: 2 }, stored: 'jpeg-ls', show: ALL, frame: 2 },
  { name: 'PT', series: { modality: 'PT' }, show: ALL },
];

/** Four rows of four blocks; of each, its middle and four places around it. */
const PLACES = Array.from({ length: 16 }, (_, block) => block).flatMap((block) =>
  [
    [0, 0],
    [-5, -5],
    [5, -5],
    [-5, 5],
    [5, 5],
  ].map(([x = 0, y = 0]) => [(block % 4) * 16 + 8 + x, Math.floor(block / 4) * 16 + 8 + y] as const),
);

/** The study with its objects as the PACS shall hold them. */
async function stored(study: Study): Promise<Study> {
  const series = await Promise.all(
    study.series.map(async (one, index) => {
      const by = CASES[index]?.stored;
      const instances = await Promise.all(
        one.instances.map(async (instance): Promise<Instance> => {
          const file = by === undefined ? instance.file() : await compressed(instance.file(), by);
          return { ...instance, file: () => file };
        }),
      );
      return { ...one, instances };
    }),
  );
  return { ...study, series };
}

/** What the whole chain puts on screen is what dcmtk shows of the same file. */
export function pixelWays(given: () => ImagesWorld): void {
  describe('pixels', () => {
    let page: Page;
    let close: () => Promise<void>;
    let study: Study;

    beforeAll(async () => {
      const { world, chrome } = given();
      const series = CASES.map(({ name, series: one }) => ({ ...one, description: name, pattern: 'blocks' as const }));
      study = await stored(generateStudy({ number: NUMBER, series }));
      await world.publish(study, NUMBER);
      const opened = await openPage(chrome, world.origin);
      ({ page } = opened);
      close = () => opened.context.close();
      await signIn(page, world.link(study, NUMBER), 'Professionnel de santé', 'radiologue');
      await firstPixels(page);
    }, 120_000);
    afterAll(() => close?.());

    it.each(CASES.map((one, index) => ({ ...one, index })))('$name: as dcmtk shows it', async (one) => {
      const { name, index, show = [], frame = 1, tolerance = 2, stored: by } = one;
      const file = study.series[index]?.instances[0]?.file() ?? Buffer.alloc(0);
      const pnm = await rendered(file, by, ['+F', String(frame), ...show]);
      const title = page.locator('.series').nth(index);
      expect(await title.innerText()).toContain(name);
      await title.click();
      await page.locator('.grid .overlay').first().getByText(name).waitFor();
      await firstPixels(page);
      for (let step = 1; step < frame; step += 1) {
        await page.focus('.grid .pane');
        await page.keyboard.press('ArrowDown');
        await page.getByText(`Image ${step + 1} sur`).waitFor();
      }
      const canvas = '.grid .pane canvas';
      const on = await Promise.all(PLACES.map(([x, y]) => placeIn(page, canvas, (x + 0.5) / SIDE, (y + 0.5) / SIDE)));
      const wanted = PLACES.map(([x, y]) => pixelOfPnm(pnm, x, y));
      const far = (seen: readonly number[][]): number =>
        Math.max(
          ...seen.flatMap((pixel, at) =>
            pixel.map((value, colour) => Math.abs(value - (wanted[at]?.[colour] ?? wanted[at]?.[0] ?? -999))),
          ),
        );
      let seen: number[][] = [];
      for (let tries = 0; tries < 20; tries += 1) {
        seen = await screenPixels(page, canvas, on);
        if (far(seen) <= tolerance) break;
        await page.waitForTimeout(100);
      }
      if (index === 6) await keepScreenshot(page, 'pixels');
      // Both sides in the message, since one number says nothing.
      const near = seen.length === PLACES.length && far(seen) <= tolerance;
      expect(near ? '' : `seen ${JSON.stringify(seen)} wanted ${JSON.stringify(wanted)}`).toBe('');
      // An even image would agree with anything.
      expect(new Set(wanted.map(String)).size).toBeGreaterThan(8);
    });
  });
}
