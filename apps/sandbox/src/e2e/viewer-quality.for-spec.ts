import type { Route } from 'playwright-core';
import { rendered } from '@drimbox/testing';
import { pixelOfPnm } from './dcmtk.for-spec.js';
import { firstPixels, keepScreenshot, openPage, placeIn, screenPixels, signIn } from './viewer-chromium.for-spec.js';
import type { ImagesWorld } from './viewer-images.for-spec.js';

const NUMBER = 3251;
const CANVAS = '.grid .pane canvas';

/** Lossy first by choice, said on the image, until the pixels as they were acquired have come. */
export function qualityWays(given: () => ImagesWorld): void {
  it('shows a lossy image first where that is chosen, says so, and replaces it by the one that was acquired', async () => {
    const { world, chrome, relay } = given();
    const blocks = { modality: 'US', frames: 2, size: { rows: 256, columns: 256 }, pattern: 'blocks' } as const;
    const study = await world.published(NUMBER, {
      series: [{ modality: 'CT', instances: 2 }, { modality: 'CT', instances: 2 }, blocks],
    });
    relay.forget();
    const { context, page, complaints } = await openPage(chrome, world.origin);
    // What is without loss waits until it is let through.
    const held: Route[] = [];
    let holding = true;
    await page.route(/quality=lossless/, async (route) => {
      if (holding) held.push(route);
      else await route.continue();
    });
    await signIn(page, world.link(study, NUMBER), 'Professionnel de santé', 'radiologue');
    await page.locator('#quality').selectOption('lossy');
    await page.locator('.series').nth(2).click();
    await firstPixels(page);
    const mark = page.locator('.grid .lossy').first();
    await mark.getByText('Compression avec pertes ; version sans perte en cours').waitFor();
    await keepScreenshot(page, 'lossy');
    holding = false;
    await Promise.all(held.map((route) => route.continue()));
    await mark.waitFor({ state: 'hidden' });
    const acquired = study.series[2]?.instances[0]?.file() ?? Buffer.alloc(0);
    const wanted = pixelOfPnm(await rendered(acquired, undefined, ['+F', '1']), 224, 224);
    const place = await placeIn(page, CANVAS, 0.875, 0.875);
    let seen: number[][] = [];
    for (let tries = 0; tries < 50 && String(seen[0]) !== String(wanted); tries += 1) {
      seen = await screenPixels(page, CANVAS, [place]);
      await page.waitForTimeout(100);
    }
    expect(seen).toEqual([wanted]);
    expect(relay.moves).toBe(study.series.length);
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);
}
