import { setTimeout as sleep } from 'node:timers/promises';
import { BrowserPage, type Started } from './browser-page.js';
import type { OhifServer } from './ohif-server.js';
import type { Side } from './side.js';

const FRAME = /\/frames\/1$/;
/** Its first visit is covered by a tour: who has seen it is not shown it. */
const NO_TOUR = `localStorage.setItem('shownTours', '["basicViewerTour"]')`;
const LAYOUT = `document.querySelector('[data-cy="Layout"] button')`;
const MPR = `document.querySelector('[data-cy="MPR"]')`;
/** Its menus grow into place. */
const MENU_MS = 500;
/** The first of the common layouts: one view. */
const ONE_VIEW = `${MPR}?.closest('.bg-popover').querySelector('.group')`;
const CORNER = `document.querySelector('[data-cy="viewport-overlay-bottom-right"]')?.innerText`;

/** The published OHIF in front of the PACS's own DICOMweb. */
export class OhifSide implements Side {
  readonly name = 'ohif';
  readonly reduced = false;

  constructor(
    private readonly dir: string,
    private readonly started: Started,
    private readonly server: OhifServer,
    private readonly study: string,
    private readonly images: number,
  ) {}

  async open(): Promise<BrowserPage> {
    const page = await BrowserPage.open(this.dir, this.started);
    await page.beforePages(NO_TOUR);
    return page;
  }

  showStack(page: BrowserPage): Promise<number> {
    return page.navigate(this.server.address(this.study));
  }

  showMpr(page: BrowserPage): Promise<number> {
    return page.navigate(this.server.address(this.study, 'mpr'));
  }

  complete({ traffic }: BrowserPage): Promise<number | undefined> {
    const { count, lastAt } = traffic.received(FRAME);
    return Promise.resolve(count >= this.images ? lastAt : undefined);
  }

  async enterMpr(page: BrowserPage): Promise<void> {
    await this.layout(page, MPR);
  }

  async leaveMpr(page: BrowserPage): Promise<void> {
    await this.layout(page, ONE_VIEW);
  }

  private async layout(page: BrowserPage, choice: string): Promise<void> {
    await page.click(LAYOUT);
    await sleep(MENU_MS);
    await page.click(choice);
  }

  async position(page: BrowserPage): Promise<number> {
    return Number(/\((\d+)\/\d+\)/.exec((await page.value<string>(CORNER)) ?? '')?.[1]);
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }
}
