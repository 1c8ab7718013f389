import type { ImageQuality, ViewContext, ViewExam } from '@drimbox/contracts';
import type { ImageApi } from '../api/image-api.js';
import type { ImageFacts } from '../images/image-facts.js';
import { FrameStore, type StoredFrame } from '../images/frame-store.js';
import { frameType } from '../images/frame-type.js';
import { addressOf } from '../images/image-id.js';
import { feed } from './feed.js';
import { nextToLoad } from './priority.js';
import { Series } from './series.js';

const LIST_AGAIN_MILLISECONDS = 2000;
/** Streams at once: what is looked at never waits for what is not. */
const MAX_BACKGROUND = 1;
const MAX_ATTEMPTS = 3;
const AGAIN_MILLISECONDS = 1000;
/** Objects read before the first image is drawn: reading more would keep the page from drawing it. */
const BEFORE_FIRST = 6;
const FIRST_MILLISECONDS = 4000;

/**
 * Every exam and series of the view and the loading of them. What is looked at is loaded first and at once; the rest
 * comes behind, one series at a time. Says `list` when a series was added, `state` when one began or ended.
 */
export class Library extends EventTarget {
  readonly series: Series[] = [];
  readonly store: FrameStore;
  private readonly running = new Map<Series, AbortController>();
  private readonly attempts = new Map<Series, number>();
  private wanted: readonly Series[] = [];
  private closed = false;
  /** What series are asked for first, from now on. */
  firstQuality: ImageQuality;
  /** Tells that the first image is on screen. */
  drawn: () => void = () => undefined;
  private readonly firstDrawn = new Promise<void>((resolve) => {
    this.drawn = resolve;
    setTimeout(resolve, FIRST_MILLISECONDS);
  });

  constructor(
    private readonly api: ImageApi,
    readonly context: ViewContext,
    private readonly maxCompressedBytes: number,
  ) {
    super();
    this.firstQuality = context.allowed.lossy ? context.firstQuality : 'lossless';
    this.store = new FrameStore(
      maxCompressedBytes,
      (imageId) => this.fetchFrame(imageId),
      (imageId) => this.isComing(imageId),
    );
  }

  /** Asks for the series of an exam, again until the list is complete. */
  async list(exam: ViewExam): Promise<void> {
    while (!this.closed) {
      const { complete, series } = await this.api.series(exam.id);
      for (const info of series) {
        const key = `${exam.id}/${info.id}`;
        if (!this.series.some((known) => known.key === key)) this.series.push(new Series(exam, info));
      }
      this.say('list');
      this.load();
      if (complete) return;
      await new Promise((resolve) => setTimeout(resolve, LIST_AGAIN_MILLISECONDS));
    }
  }

  /** Series on screen, most wanted first. */
  want(series: readonly Series[]): void {
    this.wanted = series;
    this.load();
    const first = series[0];
    if (first && !first.ended) {
      const ids = series.filter(({ exam }) => exam.id === first.exam.id).map(({ info }) => info.id);
      void this.api.prioritise(first.exam.id, { series: ids }).catch(() => undefined);
    }
  }

  /** Loads a series again, whatever came of it before. */
  again(series: Series): void {
    this.attempts.delete(series);
    series.state = 'idle';
    this.load();
  }

  /** Facts of an image, or of the first of a volume, by the name the drawing library gives what is measured. */
  factsOfTarget(target: string): ImageFacts | undefined {
    const [id = ''] = target.slice(target.indexOf(':') + 1).split('?');
    if (target.startsWith('imageId:')) return this.store.factsOf(id);
    const { exam, series } = addressOf(id);
    return this.series.find(({ key }) => key === `${exam}/${series}`)?.images[0];
  }

  /** Stops everything and forgets every pixel. */
  close(): void {
    this.closed = true;
    for (const controller of this.running.values()) controller.abort();
    this.store.clear();
    this.series.length = 0;
  }

  private load(): void {
    if (this.closed) return;
    const background = [...this.running.keys()].filter((series) => !this.wanted.includes(series)).length;
    const room = this.store.heldBytes < this.maxCompressedBytes / 2 ? MAX_BACKGROUND - background : 0;
    for (const series of nextToLoad(this.series, this.wanted, room)) void this.stream(series, this.qualityOf(series));
  }

  private qualityOf(series: Series): ImageQuality {
    return series.preview ? 'lossless' : this.firstQuality;
  }

  private async stream(series: Series, quality: ImageQuality): Promise<void> {
    const controller = new AbortController();
    this.running.set(series, controller);
    const attempt = (this.attempts.get(series) ?? 0) + 1;
    this.attempts.set(series, attempt);
    this.say('state');
    const parts = this.api.stream(series.exam.id, series.info.id, quality, controller.signal);
    const pace = async (objects: number): Promise<void> => (objects > BEFORE_FIRST ? this.firstDrawn : undefined);
    await feed(series, parts, this.store, quality, pace);
    this.running.delete(series);
    if (series.state === 'interrupted' && attempt < MAX_ATTEMPTS && !this.closed) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS * attempt));
      series.state = 'idle';
    }
    if (series.state === 'complete' && quality === 'lossy') {
      // Everything was seen once in a lighter form: now the pixels as they were acquired.
      series.state = 'idle';
      this.attempts.delete(series);
    }
    await this.store.serveWaiting(() => undefined);
    this.say('state');
    this.load();
  }

  private isComing(imageId: string): boolean {
    const { exam, series } = addressOf(imageId);
    const known = this.series.find(({ key }) => key === `${exam}/${series}`);
    return known !== undefined && this.running.has(known);
  }

  private async fetchFrame(imageId: string): Promise<StoredFrame> {
    const { bytes, contentType } = await this.api.frame(addressOf(imageId), 'lossless');
    const type = frameType(contentType);
    if (!type) throw new Error('no frame');
    return { bytes, transferSyntax: type.transferSyntax, lossy: type.lossy };
  }

  private say(event: 'list' | 'state'): void {
    this.dispatchEvent(new Event(event));
  }
}
