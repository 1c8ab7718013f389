import { setTimeout as sleep } from 'node:timers/promises';
import { retrievalsIn } from '../common/retrievals.js';
import { BrowserPage, type Started } from './browser-page.js';
import type { Side } from './side.js';
import { SPOOL_KEEP_SECONDS, type ViewerWorld } from './viewer-world.js';

const STREAM_END = `(() => {
  const streams = performance.getEntriesByType('resource').filter(({ name }) => /\\/series\\/[^/]+\\?quality=/.test(name));
  return streams[0] && Math.round(performance.timeOrigin + streams[0].responseEnd);
})()`;
const PROFESSIONAL = `document.querySelector('button[name=profil][value=professional]')`;
const LOGIN = `document.querySelector('button[name=login][value=radiologue]')`;
const MPR = `document.querySelector('[data-tool=mpr]')`;
const REDUCED = `document.querySelector('.mpr-notice button')`;
const ON_SCREEN = `document.querySelector('.grid .pane canvas')`;
const OVERLAY = `document.querySelector('.grid .pane .overlay')?.innerText`;
const FILLED = `document.querySelector('.mpr[data-filled=true]')`;

/** Our viewer through everything that stands before it: link, Pro Santé Connect, portal, pacs-bridge, C-MOVE. */
export class OurSide implements Side {
  readonly name = 'ours';
  reduced = false;
  private retrievals = 0;

  constructor(
    private readonly dir: string,
    private readonly started: Started,
    private readonly world: ViewerWorld,
    private readonly study: string,
    private readonly link: string,
  ) {}

  /** Signed in by a link that leads to no exam: nothing of the viewer is loaded yet. */
  async open(): Promise<BrowserPage> {
    this.retrievals = await retrievalsIn(this.world.bridgeLog, this.study);
    const page = await BrowserPage.open(this.dir, this.started);
    await page.navigate(this.world.nowhere);
    await page.click(PROFESSIONAL);
    await page.click(LOGIN);
    const portal = JSON.stringify(this.world.host);
    await page.until(`location.host === ${portal} && document.readyState === 'complete' && !${PROFESSIONAL}`);
    return page;
  }

  showStack(page: BrowserPage): Promise<number> {
    return page.navigate(this.link);
  }

  async showMpr(page: BrowserPage): Promise<number> {
    const at = await this.showStack(page);
    await page.until(ON_SCREEN);
    await this.enterMpr(page);
    return at;
  }

  /** The series is one answer: the browser has a timing of it once its last byte is there. */
  complete(page: BrowserPage): Promise<number | undefined> {
    return page.value<number>(STREAM_END);
  }

  async enterMpr(page: BrowserPage): Promise<void> {
    await page.click(MPR);
    await page.until(`${REDUCED} || ${FILLED}`, 600);
    this.reduced = (await page.value<boolean>(`Boolean(${REDUCED})`)) ?? false;
    if (this.reduced) await page.click(REDUCED);
  }

  async leaveMpr(page: BrowserPage): Promise<void> {
    await page.click(MPR);
  }

  async position(page: BrowserPage): Promise<number> {
    return Number(/Image (\d+) /.exec((await page.value<string>(OVERLAY)) ?? '')?.[1]);
  }

  /** From the first click of a person who is not signed in, and from the last click at the provider, to pixels. */
  async whole(): Promise<{ readonly fromLink: number; readonly fromLogin: number }> {
    this.retrievals = await retrievalsIn(this.world.bridgeLog, this.study);
    const page = await BrowserPage.open(this.dir, this.started);
    try {
      const at = await this.showStack(page);
      await page.click(PROFESSIONAL);
      const login = await page.click(LOGIN);
      await page.until('window.__seen?.first');
      const { first } = await page.seen();
      await page.wait(async () => (await this.complete(page)) !== undefined, 600, 'the whole series');
      return { fromLink: first - at, fromLogin: first - login };
    } finally {
      await page.close();
      await this.forget();
    }
  }

  /** @throws when the series did not come by exactly one C-MOVE of its own. */
  async forget(): Promise<void> {
    const told = await retrievalsIn(this.world.bridgeLog, this.study);
    if (told !== this.retrievals + 1) throw new Error(`${told - this.retrievals} retrievals for one opening`);
    await sleep((SPOOL_KEEP_SECONDS + 2) * 1000);
  }
}
