import { Enums, eventTarget, imageLoader, type RenderingEngine, type StackViewport } from '@cornerstonejs/core';
import { longTitleOf, missingOf, titleOf } from '../app/texts.js';
import { cardsOf } from '../cards/cards.js';
import type { DocumentAddress } from '../cards/cards.js';
import { element } from '../dom/element.js';
import { words } from '../i18n/i18n.js';
import type { FirstPicture } from '../first/first-picture.js';
import type { ImageFacts } from '../images/image-facts.js';
import { REPLACED } from '../images/image-loader.js';
import { drawPlanes } from '../overlay/draw-planes.js';
import { Overlay } from '../overlay/overlay.js';
import type { Series } from '../series/series.js';
import { growStack, redisplay } from './grow-stack.js';

/** Images decoded ahead in the direction of scrolling. */
const AHEAD = 4;
/** A growing series is taken over this often. */
const GROW_MILLISECONDS = 250;

/** One view of the grid: a stack of images, or cards. Says `image` when another image is shown, `series` when another
 * series, `drawn` when pixels are on screen. */
export class StackPane extends EventTarget {
  readonly root = element('section', { class: 'pane', tabindex: '0' });
  readonly canvas = element('div', { class: 'pane-canvas' });
  readonly overlay = new Overlay();
  private readonly notice = element('div', { class: 'pane-notice', role: 'status' });
  private readonly banner = element('div', { class: 'pane-banner', role: 'alert', hidden: true });
  private readonly cards = element('div', { class: 'pane-cards', hidden: true, tabindex: '0' });
  /** Shows what stands beside the images of a series: films, reports. */
  private readonly beside = element('button', { type: 'button', class: 'pane-beside', hidden: true });
  private cardsWanted = false;
  private covered: FirstPicture | undefined;
  readonly view: StackViewport;
  series: Series | undefined;
  private set = false;
  private scrolled = false;
  private growing: ReturnType<typeof setTimeout> | undefined;
  private last = 0;

  constructor(
    engine: RenderingEngine,
    readonly number: number,
    private readonly documents: DocumentAddress,
    private readonly again: (series: Series) => void,
  ) {
    super();
    this.root.append(
      this.canvas,
      this.overlay.root,
      this.overlay.lossyMark,
      this.cards,
      this.notice,
      this.banner,
      this.beside,
    );
    this.beside.addEventListener('click', () => {
      this.cardsWanted = !this.cardsWanted;
      this.write();
    });
    this.viewportId = `stack-${number}`;
    engine.enableElement({ viewportId: this.viewportId, element: this.canvas, type: Enums.ViewportType.STACK });
    this.view = engine.getViewport<StackViewport>(this.viewportId);
    this.canvas.addEventListener(Enums.Events.STACK_NEW_IMAGE, () => this.newImage());
    this.canvas.addEventListener(Enums.Events.IMAGE_RENDERED, () => this.rendered());
    eventTarget.addEventListener(REPLACED, (event: CustomEvent<string>) => this.replaced(event.detail));
    words.addEventListener('change', () => this.write());
    this.write();
  }
  readonly viewportId: string;

  get index(): number {
    return this.set ? this.view.getCurrentImageIdIndex() : 0;
  }

  get facts(): ImageFacts | undefined {
    return this.series?.images[this.index];
  }

  get showsImages(): boolean {
    return this.set;
  }

  /** Stands over the view until that has drawn, or shows another series. */
  cover(picture: FirstPicture): void {
    this.covered = picture;
    this.root.append(picture.root);
  }

  private uncover(): void {
    this.covered?.end();
    this.covered = undefined;
  }

  /** Shows a series from its first image on, as soon as that is there. */
  show(series: Series): void {
    if (this.series === series) return;
    this.uncover();
    this.series?.removeEventListener('change', this.onChange);
    this.series = series;
    this.set = false;
    this.scrolled = false;
    this.cardsWanted = false;
    delete this.root.dataset['firstPixels'];
    this.canvas.classList.add('blank');
    series.addEventListener('change', this.onChange);
    this.dispatchEvent(new Event('series'));
    this.take();
    this.write();
  }

  async scrollTo(index: number): Promise<void> {
    const count = this.series?.images.length ?? 0;
    const wanted = Math.max(0, Math.min(count - 1, index));
    if (!this.set || wanted === this.index) return;
    this.scrolled = true;
    this.grow();
    await this.view.setImageIdIndex(wanted).catch(() => this.failed());
  }

  /** The user scrolled by other means. */
  touched(): void {
    this.scrolled = true;
  }

  private readonly onChange = (): void => {
    if (this.set && this.series?.images.length === 0) {
      this.set = false;
      this.canvas.classList.add('blank');
    }
    if (!this.set) this.take();
    // Hundreds of objects a second may come: the page is written now and then.
    this.growing ??= setTimeout(() => this.grow(), GROW_MILLISECONDS);
  };

  private take(): void {
    const { series } = this;
    const first = series?.imageIdAt(0);
    if (!series || first === undefined || this.set) return;
    this.set = true;
    void this.view.setStack([first], 0).then(
      () => {
        if (this.series !== series) return;
        this.canvas.classList.remove('blank');
        this.view.render();
        this.grow();
      },
      () => this.series === series && this.set && this.failed(),
    );
  }

  private grow(): void {
    clearTimeout(this.growing);
    this.growing = undefined;
    const { series } = this;
    if (!series || !this.set) return this.write();
    growStack(this.view, series.imageIds());
    // Until the user scrolls, the view stands on the first image, which may arrive after others.
    if (!this.scrolled && this.view.getCurrentImageIdIndex() !== 0) {
      void this.view.setImageIdIndex(0).catch(() => this.failed());
    }
    this.write();
  }

  private newImage(): void {
    this.notice.textContent = '';
    this.decodeAhead();
    this.dispatchEvent(new Event('image'));
  }

  private replaced(imageId: string): void {
    if (this.set && this.view.getCurrentImageId() === imageId) void redisplay(this.view).catch(() => this.failed());
  }

  private decodeAhead(): void {
    const direction = this.index >= this.last ? 1 : -1;
    this.last = this.index;
    for (let step = 1; step <= AHEAD; step += 1) {
      const imageId = this.series?.imageIdAt(this.index + direction * step);
      if (imageId !== undefined) void imageLoader.loadAndCacheImage(imageId).catch(() => undefined);
    }
  }

  private rendered(): void {
    if (!this.set || !this.view.getCurrentImageId()) return;
    if (!this.canvas.classList.contains('blank')) {
      this.root.dataset['firstPixels'] ??= String(Math.round(performance.now()));
      this.uncover();
      this.dispatchEvent(new Event('drawn'));
    }
    this.write();
  }

  private failed(): void {
    this.uncover();
    this.notice.textContent = words.say('imageFailed');
  }

  private write(): void {
    const { series } = this;
    const number = this.number + 1;
    this.root.setAttribute(
      'aria-label',
      series ? words.say('pane', { number, series: titleOf(series) }) : words.say('paneEmpty', { number }),
    );
    this.writeCards();
    const missing = series && missingOf(series);
    this.writeBanner(missing);
    const { facts } = this;
    this.overlay.lossy =
      this.set && facts && series?.isLossy(facts) ? (series.preview ? 'lossyLoading' : 'lossy') : undefined;
    if (!series) this.notice.textContent = words.say('paneHint');
    else if (!this.set && this.cards.hidden) this.notice.textContent = missing ?? words.say('loadingSeries');
    else if (this.notice.textContent !== words.say('imageFailed')) this.notice.textContent = '';
    if (series && this.set && this.view.getCurrentImageId()) {
      const count = Math.max(series.images.length, series.expected ?? 0);
      const place = words.say('position', { index: this.index + 1, count });
      this.overlay.update(this.view, this.facts, longTitleOf(series), place);
      drawPlanes(this.overlay, this.view, this.facts?.overlays);
    }
  }

  private writeBanner(missing: string | undefined): void {
    const hidden = missing === undefined;
    if (this.banner.hidden === hidden && (hidden || this.banner.firstChild?.textContent === missing)) return;
    this.banner.hidden = hidden;
    this.banner.replaceChildren();
    if (missing === undefined) return;
    const button = element('button', { type: 'button' }, words.say('retry'));
    button.addEventListener('click', () => this.series && this.again(this.series));
    this.banner.append(element('span', {}, missing), button);
  }

  private writeCards(): void {
    const { series } = this;
    const count = series ? series.others.length + series.films.length : 0;
    const hidden = count === 0 || (this.set && !this.cardsWanted);
    const of = `${series?.key} ${count} ${words.language}`;
    if (series && !hidden && this.cards.dataset['of'] !== of) {
      this.cards.dataset['of'] = of;
      this.cards.replaceChildren(...cardsOf(series, this.documents));
    }
    this.cards.hidden = hidden;
    this.beside.hidden = !this.set || count === 0;
    const label = this.cardsWanted ? words.say('besideHide') : words.say('besideShow', { count });
    if (this.beside.textContent !== label) this.beside.textContent = label;
  }
}
