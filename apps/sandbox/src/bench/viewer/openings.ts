import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserPage } from './browser-page.js';
import type { Side } from './side.js';

/** Megabytes (10⁶) of renderer and GPU processes at each moment. */
export interface Memory {
  /** All frames received. */
  readonly complete: number;
  /** Every image, of many the first 300, has been on screen. */
  readonly scrolled: number;
  /** Three planes, whole volume, after the stack. */
  readonly mpr: number;
  /** Back to the stack. */
  readonly left: number;
}

/** Milliseconds from asking. */
export interface StackOpening {
  readonly first: number;
  /** CPU seconds of the whole browser until then: they tell more than time does on a busy machine. */
  readonly cpuFirst: number;
  readonly complete: number;
  /** Of 10⁶ bytes, on the network. */
  readonly megabytes: number;
  readonly memory: Memory;
}

export interface MprOpening {
  /** An image in each of three planes; Infinity when that never came. */
  readonly first: number;
  /** All frames received, and nothing of the planes changed after it; Infinity when the planes do not show the image then. */
  readonly full: number;
  /** CPU seconds of the whole browser until then. */
  readonly cpuFull: number;
  readonly megabytes: number;
  readonly memory: number;
  readonly reduced: boolean;
}

/** Where to leave a picture of the page; undefined for none. */
export type Picture = (page: BrowserPage, what: string) => Promise<void>;

const WHOLE_SECONDS = 900;
/** Nothing has changed for so long: it is finished. */
const STILL_MS = 4000;
const HOPELESS_MS = 60_000;
/** From a full volume back to one image: a busy page answers late. */
const LEAVING_SECONDS = 300;
/** Images that are scrolled through at the most: each is drawn, which takes software WebGL up to 0.3 s. */
const SCROLLED = 300;
/** Notches between looks at where the scrolling is. */
const LOOK_EVERY = 20;
const LARGE_CANVAS = `[...document.querySelectorAll('canvas')].find((one) => one.clientWidth >= 200)?.getBoundingClientRect().toJSON()`;

export async function openStack(side: Side, images: number, picture: Picture): Promise<StackOpening> {
  return within(side, async (page) => {
    const before = page.traffic.bytes;
    const cpu = page.cpuSeconds;
    const at = await side.showStack(page);
    await page.until('window.__seen?.first', WHOLE_SECONDS);
    const cpuFirst = page.cpuSeconds - cpu;
    const { first } = await page.seen();
    const complete = await allReceived(side, page);
    const megabytes = (page.traffic.bytes - before) / 1e6;
    const memory = { complete: await page.megabytes(), scrolled: 0, mpr: 0, left: 0 };
    await picture(page, 'stack');
    await scrollThrough(side, page, images);
    memory.scrolled = await page.megabytes();
    await side.enterMpr(page);
    await planes(page);
    memory.mpr = await page.megabytes();
    await picture(page, 'mpr after stack');
    await side.leaveMpr(page);
    await page.until('window.__seen.images === 1', LEAVING_SECONDS);
    await still(page);
    memory.left = await page.megabytes();
    await picture(page, 'stack after mpr');
    return { first: first - at, cpuFirst, complete: complete - at, megabytes, memory };
  });
}

export async function openMpr(side: Side, picture: Picture): Promise<MprOpening> {
  return within(side, async (page) => {
    const before = page.traffic.bytes;
    const cpu = page.cpuSeconds;
    const at = await side.showMpr(page);
    const complete = await allReceived(side, page);
    await planes(page);
    const cpuFull = page.cpuSeconds - cpu;
    const { three, changed, images } = await page.seen();
    const megabytes = (page.traffic.bytes - before) / 1e6;
    const memory = await page.megabytes();
    await picture(page, 'mpr');
    return {
      first: three > 0 ? three - at : Infinity,
      full: images >= 3 ? Math.max(changed, complete) - at : Infinity,
      cpuFull,
      megabytes,
      memory,
      reduced: side.reduced,
    };
  });
}

/** An opening that nobody measures. */
export const visit = (side: Side): Promise<unknown> =>
  within(side, async (page) => {
    await side.showStack(page);
    await allReceived(side, page);
  });

async function within<T>(side: Side, work: (page: BrowserPage) => Promise<T>): Promise<T> {
  const page = await side.open();
  try {
    return await work(page);
  } finally {
    await page.close();
    await side.forget();
  }
}

async function allReceived(side: Side, page: BrowserPage): Promise<number> {
  let at: number | undefined;
  await page.wait(async () => (at = await side.complete(page)) !== undefined, WHOLE_SECONDS, 'every frame received');
  return at ?? 0;
}

/** Waits until three planes show the image and change no more, or until nothing has changed for so long that they never will. */
async function planes(page: BrowserPage): Promise<void> {
  const drawn = async (): Promise<boolean> => (await page.seen()).images >= 3;
  const never = async (): Promise<boolean> => Date.now() - (await page.seen()).changed > HOPELESS_MS;
  await page.wait(async () => (await drawn()) || (await never()), WHOLE_SECONDS, 'three planes');
  await still(page);
}

async function still(page: BrowserPage): Promise<void> {
  const quiet = async (): Promise<boolean> => Date.now() - (await page.seen()).changed > STILL_MS;
  await page.wait(quiet, WHOLE_SECONDS, 'the picture stands still');
}

/** By the wheel, a notch an image, to the last one or through as many as fill what either viewer keeps decoded. */
async function scrollThrough(side: Side, page: BrowserPage, images: number): Promise<void> {
  const last = Math.min(images, SCROLLED);
  const place = await page.value<{ x: number; y: number; width: number; height: number }>(LARGE_CANVAS);
  if (!place) throw new Error('no canvas');
  const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
  for (let notch = 1; notch <= 4 * last; notch += 1) {
    await page.wheel(x, y);
    await sleep(5);
    if (notch % LOOK_EVERY === 0 && (await side.position(page)) >= last) return;
  }
  throw new Error(`${side.name}: image ${await side.position(page)} of ${last} after scrolling`);
}
