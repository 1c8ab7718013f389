import type { Page } from 'playwright-core';

/** Place on screen of pixel (x, y) of a square image of `side` pixels that a view shows fitted. */
export async function placeOf(
  page: Page,
  selector: string,
  side: number,
  x: number,
  y: number,
): Promise<[number, number]> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`nothing at ${selector}`);
  const shown = Math.min(box.width, box.height);
  return [box.x + box.width / 2 + (x / side - 0.5) * shown, box.y + box.height / 2 + (y / side - 0.5) * shown];
}

/** Presses, moves and lets go along pixels of an image. */
export async function drag(
  page: Page,
  selector: string,
  side: number,
  places: readonly [number, number][],
): Promise<void> {
  const points = await Promise.all(places.map(([x, y]) => placeOf(page, selector, side, x, y)));
  const [first] = points;
  if (!first) return;
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...point, { steps: 5 });
  await page.mouse.up();
}

/** Words drawn beside the measurements of a view. */
export const measured = (page: Page, pane = '.grid .pane'): Promise<string> =>
  page
    .locator(pane)
    .first()
    .locator('svg text')
    .allTextContents()
    .then((texts) => texts.join(' | '));

/** Text over a view, a line each. */
export const overlay = (page: Page, view = 1): Promise<string> =>
  page
    .locator('.grid .pane')
    .nth(view - 1)
    .locator('.overlay')
    .innerText();
