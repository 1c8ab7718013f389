import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { part10 } from '../../../sandbox/src/studies/dicom-writer.js';
import { IMAGES } from '../../../sandbox/src/studies/images.js';
import { CHROMIUM, firstPixels, screenPixels } from './browser.js';
import { compress } from './compress.js';
import { type DicomFile, readFile } from './dicom-file.js';
import { ImageApiDouble } from './double.js';
import { chromiumMemory } from './memory.js';

const SLICES = Number(process.env.DRIMBOX_VIEWER_SLICES ?? 1330);
const UNIQUE = 6;
const CT = '1.2.840.10008.5.1.4.1.1.2';
/** What a stack of 1,330 slices may take in all processes of the browser, MB. */
const STACK_MEGABYTES = 1200;

/** A realistic slice; six different ones stand for all, each with a place of its own. */
async function slices(): Promise<DicomFile[]> {
  const made = await Promise.all(
    Array.from({ length: UNIQUE }, async (_, at) => {
      const attributes = IMAGES.CT.attributes({
        instance: at + 1,
        instances: SLICES,
        size: IMAGES.CT.realSize,
        frames: 1,
        seed: 7919 * (at + 1),
        frameOfReference: '2.25.1',
      });
      const file = part10(CT, `2.25.99.${at}`, 'ISO_IR 192', [
        [0x0008_0016, 'UI', CT],
        [0x0008_0060, 'CS', 'CT'],
        ...attributes,
      ]);
      return readFile(await compress(file, 'jpeg-ls'));
    }),
  );
  return Array.from({ length: SLICES }, (_, at) => {
    const file = made[at % UNIQUE] as DicomFile;
    const place = { '00200013': { vr: 'IS', Value: [at + 1] }, '00200032': { vr: 'DS', Value: [-180, -180, at] } };
    return { ...file, json: { ...file.json, ...place } };
  });
}

it('keeps a large stack and its volume within the memory planned', async () => {
  const files = await slices();
  const exam = { id: 'e', description: 'Grand scanner', date: '2026-01-05' };
  const series = [{ id: 's1', number: 1, modality: 'CT', description: 'Coupes fines', files }];
  const double = await ImageApiDouble.start({ exams: [{ ...exam, series }] });
  const profile = mkdtempSync(join(tmpdir(), 'viewer-profile-'));
  const context = await chromium.launchPersistentContext(profile, { ...CHROMIUM, locale: 'fr-FR' });
  const total = (): number => Object.values(chromiumMemory(profile)).reduce((sum, one) => sum + one, 0);
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (/GL_|WebGL: too many/.test(message.text())) complaints.push(message.text());
    });
    /** Memory counts once the browser's collector has found the time for what is over. */
    const rests = async (): Promise<void> => {
      for (let left = 40; left > 0 && total() >= STACK_MEGABYTES; left -= 1) await page.waitForTimeout(1000);
    };
    const begun = performance.now();
    const told: Record<string, unknown> = { slices: SLICES, frameBytes: files[0]?.frames[0]?.length, empty: total() };
    await page.goto(double.page);
    told['firstPixels'] = await firstPixels(page);
    await page.getByText(`${SLICES} images`).waitFor({ timeout: 120_000 });
    told['completeAfter'] = Math.round(performance.now() - begun);
    await page.focus('.grid .pane');
    for (let step = 0; step < SLICES / 10; step += 1) {
      await page.keyboard.press('PageDown');
      await page.waitForTimeout(20);
    }
    await page.getByText(`Image ${SLICES} sur ${SLICES}`).waitFor({ timeout: 60_000 });
    await rests();
    told['stack'] = { ...chromiumMemory(profile), total: total() };
    expect(total()).toBeLessThan(STACK_MEGABYTES);
    const asked = performance.now();
    await page.click('[data-tool=mpr]');
    const reduced = page.locator('.mpr-notice button');
    await page.locator('.mpr[data-first-pixels]').or(reduced).first().waitFor({ timeout: 60_000 });
    told['reducedOffered'] = await reduced.isVisible();
    if (told['reducedOffered']) await reduced.click();
    await page.locator('.mpr[data-first-pixels]').waitFor({ timeout: 60_000 });
    told['mprFirst'] = Math.round(performance.now() - asked);
    await page.locator('.mpr[data-filled=true]').waitFor({ timeout: 300_000 });
    told['mprFull'] = Math.round(performance.now() - asked);
    const box = await page.locator('.mpr [data-plane=axial] canvas').boundingBox();
    const middle: [number, number] = [(box?.width ?? 0) / 2 + 25, (box?.height ?? 0) / 2 + 25];
    const corner: [number, number] = [(box?.width ?? 0) / 2 + 25, 6];
    const seen = await screenPixels(page, '.mpr [data-plane=axial] canvas', [middle, corner]);
    // A volume that is not there would be black, or the even grey of water.
    expect(seen[0]?.[0]).toBeGreaterThan(150);
    expect(seen[1]?.[0]).toBeLessThan(10);
    expect(complaints).toEqual([]);
    told['mpr'] = { ...chromiumMemory(profile), total: total() };
    await page.click('[data-tool=mpr]');
    await page.locator('.grid .pane canvas').first().waitFor();
    // The volume is given back when MPR is left.
    await rests();
    told['after'] = { ...chromiumMemory(profile), total: total() };
    process.stderr.write(`${JSON.stringify(told)}\n`);
    expect(total()).toBeLessThan(STACK_MEGABYTES);
  } finally {
    await context.close();
    await double.stop();
    rmSync(profile, { recursive: true, force: true });
  }
});
