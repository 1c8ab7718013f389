import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import type { Study } from '../studies/generate-study.js';
import { PHANTOM } from '../studies/patterns.js';
import { errorsOf } from './dcmtk.for-spec.js';
import type { PacsRelay } from './pacs-relay.js';
import {
  axeViolations,
  firstPixels,
  keepScreenshot,
  openPage,
  placeIn,
  screenPixels,
  signIn,
} from './viewer-chromium.for-spec.js';
import type { ViewerWorld } from './viewer-world.for-spec.js';
import { digestsOfPacs, digestsOfZip, filesOf } from './viewer-zip.for-spec.js';

export interface ImagesWorld {
  readonly world: ViewerWorld;
  readonly chrome: Chromium;
  readonly relay: PacsRelay;
  /** Of one's own, below that of the test. */
  readonly dir: string;
}

const NUMBER = 3201;
const SLICES = 40;
const SIDE = 256;
/** Millimetres from side to side of the generator's slices, and between them. */
const FIELD = 360;
/** Levels on screen of the phantom's parts in the window of the file, 40/400 (PS3.3 C.11.2.1.2). */
const LEVEL = { water: 102, bone: 255, fat: 38 } as const;
const CANVAS = '.grid .pane canvas';

/** What a physician does with an exam of known content that comes out of the PACS, counted on the wire. */
export function imageWays(given: () => ImagesWorld): void {
  describe('an exam in a browser', () => {
    let study: Study;
    let page: Page;
    let complaints: string[];
    let close: () => Promise<void>;

    beforeAll(async () => {
      const { world, chrome, relay } = given();
      const ct = {
        modality: 'CT',
        instances: SLICES,
        size: { rows: SIDE, columns: SIDE },
        pattern: 'phantom',
      } as const;
      study = await world.published(NUMBER, {
        series: [
          { ...ct, description: 'Fantôme' },
          { ...ct, instances: SLICES / 2, description: 'Fantôme, second passage' },
          { modality: 'US', frames: 6, size: { rows: 120, columns: 160 } },
        ],
      });
      relay.forget();
      const opened = await openPage(chrome, world.origin);
      ({ page, complaints } = opened);
      close = () => opened.context.close();
      await signIn(page, world.link(study, NUMBER), 'Professionnel de santé', 'radiologue');
      await firstPixels(page);
    }, 120_000);
    afterAll(() => close?.());

    const level = async (x: number, y: number, canvas = CANVAS): Promise<number | undefined> =>
      (await screenPixels(page, canvas, [await placeIn(page, canvas, x, y)]))[0]?.[0];
    /** Waits for a level: what is asked for is drawn a little later. */
    const expectLevel = async (x: number, y: number, wanted: number, canvas = CANVAS): Promise<void> => {
      let seen: number | undefined;
      for (let tries = 0; tries < 50 && seen !== wanted; tries += 1) {
        seen = await level(x, y, canvas);
        if (seen !== wanted) await page.waitForTimeout(100);
      }
      expect(seen).toBe(wanted);
    };
    const onScreen = async (x: number, y: number): Promise<[number, number]> => {
      const box = await page.locator(CANVAS).first().boundingBox();
      const [left, top] = await placeIn(page, CANVAS, x, y);
      return [(box?.x ?? 0) + left, (box?.y ?? 0) + top];
    };
    const drag = async (...places: readonly (readonly [number, number])[]): Promise<void> => {
      const [from, ...others] = await Promise.all(places.map(([x, y]) => onScreen(x, y)));
      await page.mouse.move(...(from ?? [0, 0]));
      await page.mouse.down();
      for (const place of others) await page.mouse.move(...place, { steps: 5 });
      await page.mouse.up();
    };
    /** Waits for the words beside the measurements: they are drawn a little after the gesture. */
    const measured = async (right: (words: string) => boolean): Promise<void> => {
      let words = '';
      for (let tries = 0; tries < 50; tries += 1) {
        words = (await page.locator('.grid .pane').first().locator('svg text').allTextContents()).join(' | ');
        if (right(words)) return;
        await page.waitForTimeout(100);
      }
      throw new Error(`measured: ${words}`);
    };

    it('shows the phantom in the window of the file', async () => {
      await expectLevel(0.3, 0.5, LEVEL.water);
      await expectLevel((PHANTOM.boneFrom + PHANTOM.boneTo) / 2, 0.47, LEVEL.bone);
      expect(await page.locator('.grid .pane .overlay').first().innerText()).toContain(`Image 1 sur ${SLICES}`);
      await keepScreenshot(page, 'first-pixels');
    });

    it('measures what the phantom measures: a length, values of an area, a value', async () => {
      await page.click('[data-tool=length]');
      await drag([PHANTOM.boneFrom, 0.45], [PHANTOM.boneTo, 0.45]);
      const wanted = (PHANTOM.boneTo - PHANTOM.boneFrom) * FIELD;
      await measured((words) => {
        const millimetres = Number(/([\d,]+) mm/.exec(words)?.[1]?.replace(',', '.'));
        return Math.abs(millimetres - wanted) < FIELD / SIDE;
      });
      await page.click('[data-tool=rectangle]');
      await drag([0.4, 0.48], [0.54, 0.54]);
      await measured((words) =>
        ['Moyenne : 700 UH', 'Écart-type : 0 UH', 'Max : 700 UH'].every((word) => words.includes(word)),
      );
      await page.click('[data-tool=probe]');
      await page.mouse.click(...(await onScreen(0.5, PHANTOM.fatFrom + PHANTOM.fatHeight / 2)));
      await measured((words) => words.includes('-100 UH'));
      await keepScreenshot(page, 'measurements');
      await page.click('[data-tool=window]');
    });

    it('scrolls to the last slice', async () => {
      await page.focus('.grid .pane');
      await page.keyboard.press('End');
      await page.getByText(`Image ${SLICES} sur ${SLICES}`).waitFor();
      // The band of fat has gone down, one pixel a slice.
      await expectLevel(0.5, PHANTOM.fatFrom + SLICES / SIDE + PHANTOM.fatHeight / 2, LEVEL.fat);
      await expectLevel(0.5, PHANTOM.fatFrom + PHANTOM.fatHeight / 2, LEVEL.water);
      await page.keyboard.press('Home');
      await page.getByText(`Image 1 sur ${SLICES}`).waitFor();
    });

    it('cuts the volume along three planes', async () => {
      await page.click('[data-tool=mpr]');
      await page.locator('.mpr[data-filled=true]').waitFor({ timeout: 60_000 });
      const sagittal = '.mpr [data-plane=sagittal] canvas';
      const box = await page.locator(sagittal).boundingBox();
      const [width, height] = [box?.width ?? 0, box?.height ?? 0];
      const places = [
        [width / 2 - 8, height / 2 - 8],
        [width / 4, height / 2 - 8],
      ] as const;
      // The planes are drawn a little later, by the graphics processor, which may round otherwise.
      const near = (seen: number | undefined, wanted: number): boolean => Math.abs((seen ?? -9) - wanted) <= 1;
      let seen: number[][] = [];
      for (let tries = 0; tries < 50; tries += 1) {
        seen = await screenPixels(page, sagittal, places);
        if (near(seen[0]?.[0], LEVEL.bone)) break;
        await page.waitForTimeout(100);
      }
      await keepScreenshot(page, 'mpr');
      expect([near(seen[0]?.[0], LEVEL.bone), near(seen[1]?.[0], LEVEL.water)]).toEqual([true, true]);
      expect(await page.locator('.mpr [data-plane=sagittal] .edge').allTextContents()).toEqual(['A', 'P', 'H', 'F']);
      await page.click('[data-tool=mpr]');
      await page.locator(CANVAS).first().waitFor();
    });

    it('compares two acquisitions side by side, scrolled together', async () => {
      await page.selectOption('#layout', '2');
      await page.locator('.grid .pane').nth(1).click();
      await page.locator('.series').filter({ hasText: 'second passage' }).click();
      await firstPixels(page, 2);
      await page.click('[data-tool=linked]');
      await page.locator('.grid .pane').first().focus();
      await page.keyboard.press('PageDown');
      await page.getByText(`Image 11 sur ${SLICES}`).waitFor();
      await page.getByText(`Image 11 sur ${SLICES / 2}`).waitFor();
      await keepScreenshot(page, 'compare');
      await page.click('[data-tool=linked]');
      await page.selectOption('#layout', '1');
    });

    it('gives the exam as a ZIP: its directory and every object as the PACS holds it', async () => {
      const { world, dir } = given();
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#zip')]);
      const file = join(dir, 'exam.zip');
      await download.saveAs(file);
      expect(download.suggestedFilename()).toBe('EXAMEN.zip');
      const folder = join(dir, 'exam');
      await mkdir(folder, { recursive: true });
      const pacs = world.mesh.stack.pacs[0];
      if (!pacs) throw new Error('no PACS');
      const held = await digestsOfPacs(pacs, study.uid);
      expect(held).toHaveLength(SLICES + SLICES / 2 + 1);
      expect((await digestsOfZip(file, folder)).toSorted()).toEqual(held.toSorted());
      // The directory names every file there is, but itself.
      expect((await filesOf(folder)).filter((name) => name.startsWith('DICOM/'))).toHaveLength(held.length);
      expect(await errorsOf(join(folder, 'DICOMDIR'))).toEqual([]);
      await page.locator('.zip-status').getByText('61').waitFor();
    }, 120_000);

    it('has cost the PACS one C-MOVE a series, whatever was done', () => {
      expect(given().relay.moves).toBe(study.series.length);
    });

    it('breaks no policy, no rule of access, and leaves nothing behind', async () => {
      expect(complaints).toEqual([]);
      expect(await axeViolations(page)).toEqual([]);
      const kept = await page.evaluate(`(async () => JSON.stringify([localStorage.length, sessionStorage.length,
        (await indexedDB.databases()).length, (await caches.keys()).length, document.cookie]))()`);
      expect(kept).toBe('[0,0,0,0,""]');
    });

    it('fits a phone, without scrolling sideways', async () => {
      const { world, chrome } = given();
      const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
      const small = await openPage(chrome, world.origin, phone);
      await signIn(small.page, world.link(study, NUMBER), 'Patient', 'pat-trois');
      await firstPixels(small.page);
      expect(await axeViolations(small.page)).toEqual([]);
      expect(await small.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      await keepScreenshot(small.page, 'phone');
      expect(small.complaints).toEqual([]);
      await small.context.close();
      // A second visit, by somebody else, is served from the spool.
      expect(given().relay.moves).toBe(study.series.length);
    });
  });
}
