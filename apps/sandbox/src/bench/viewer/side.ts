import type { BrowserPage } from './browser-page.js';

/** One of the two viewers, as a person at the mouse uses it. Times are Date.now(). */
export interface Side {
  readonly name: 'ours' | 'ohif';
  /** A fresh browser, empty cache, nothing of the viewer loaded; whoever must sign in has done so. */
  open(): Promise<BrowserPage>;
  /** Asks for the study. @returns when. */
  showStack(page: BrowserPage): Promise<number>;
  /** Asks for the study, and for its three planes as soon as that can be asked. @returns when the study was asked for. */
  showMpr(page: BrowserPage): Promise<number>;
  /** When the last frame of the series had been received; undefined before. */
  complete(page: BrowserPage): Promise<number | undefined>;
  enterMpr(page: BrowserPage): Promise<void>;
  leaveMpr(page: BrowserPage): Promise<void>;
  /** Which image of the series is on screen, from 1. */
  position(page: BrowserPage): Promise<number>;
  /** The volume last opened was made smaller because it did not fit. */
  readonly reduced: boolean;
  /** After the browser has gone: until a further opening begins from nothing. */
  forget(): Promise<void>;
}
