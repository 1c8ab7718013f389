import { longTitleOf } from '../app/texts.js';
import { element } from '../dom/element.js';
import { words } from '../i18n/i18n.js';
import { type DrawnFrame, earlyDecoder, type FrameToDraw } from '../images/decoder.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { FrameStore } from '../images/frame-store.js';
import { Overlay } from '../overlay/overlay.js';
import type { Series } from '../series/series.js';
import { drawable } from './drawable.js';
import { fittedView } from './fitted-view.js';

/** A browser that draws slower than this is not waited for. */
const FRAME_MILLISECONDS = 250;

/**
 * The first image of a series, drawn by the page itself while the library that draws everything is still loading: as that will draw
 * it, with the same words over it. Only what is drawn the same by a straight window is drawn at all; the rest waits for the library.
 */
export class FirstPicture {
  readonly root = element('div', { class: 'first-picture' });
  private readonly canvas = element('canvas', {});
  private readonly overlay = new Overlay();
  private readonly over = new AbortController();
  private begun = false;
  private settle: () => void = () => undefined;
  /** It is on screen, or will never be. */
  readonly settled = new Promise<void>((resolve) => (this.settle = resolve));

  constructor(
    private readonly series: Series,
    private readonly store: FrameStore,
    /** Shows the page, if it does not stand yet. */
    private readonly appear: () => void,
  ) {
    this.root.append(this.canvas, this.overlay.root);
    series.addEventListener('change', () => this.look(), { signal: this.over.signal });
    this.look();
  }

  /** The library draws from now on. */
  end(): void {
    this.over.abort();
    this.root.remove();
    this.settle();
  }

  private look(): void {
    const { series } = this;
    const [facts] = series.images;
    const frame = facts && this.store.peek(series.imageIdOf(facts));
    if (this.begun || (!frame && !series.ended && series.films.length === 0)) return;
    this.begun = true;
    const asked = facts && frame && drawable(facts, frame);
    if (asked) this.draw(asked, facts);
    else this.end();
  }

  private draw(asked: FrameToDraw, facts: ImageFacts): void {
    const decoder = earlyDecoder();
    const { signal } = this.over;
    const answer = ({ data }: MessageEvent<Partial<DrawnFrame>>): void => {
      if (data.drawn) this.show(data.drawn, asked, facts);
      else if ('drawn' in data) this.end();
    };
    decoder.addEventListener('message', answer, { signal });
    decoder.addEventListener('error', () => this.end(), { signal });
    decoder.postMessage(asked, []);
  }

  private show(drawn: Uint8ClampedArray<ArrayBuffer>, { range }: FrameToDraw, facts: ImageFacts): void {
    const { rows, columns } = facts;
    [this.canvas.width, this.canvas.height] = [columns, rows];
    // Drawn once: handing it to the graphics card first, or what stands in for one, takes longer.
    this.canvas.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(drawn, columns, rows), 0, 0);
    this.appear();
    const count = Math.max(this.series.images.length, this.series.expected ?? 0);
    const place = words.say('position', { index: 1, count });
    this.overlay.update(fittedView(this.canvas, facts, range), facts, longTitleOf(this.series), place);
    // Whoever waits for it may keep the page, or the machine, busy.
    requestAnimationFrame(() => setTimeout(this.settle));
    setTimeout(this.settle, FRAME_MILLISECONDS);
  }
}
