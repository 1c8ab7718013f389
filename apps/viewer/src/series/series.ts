import type { ViewExam, ViewSeries } from '@drimbox/contracts';
import type { DicomJson } from '../images/dicom-json.js';
import type { ImageFacts } from '../images/image-facts.js';
import { imageIdOf } from '../images/image-id.js';
import { insertSorted } from './order.js';

/** `interrupted`: the stream was cut; `incomplete` and `failed`: the PACS did not give all. */
export type SeriesState = 'idle' | 'loading' | 'complete' | 'incomplete' | 'failed' | 'interrupted';

/** An object that is no image: report, document, plan. */
export interface OtherObject {
  readonly instance: string;
  readonly dataset: DicomJson;
}

/** A film that the browser plays itself. */
export interface Film {
  readonly instance: string;
  readonly frame: { readonly bytes: Uint8Array<ArrayBuffer>; readonly mediaType: string };
}

/** One series of an exam and what has come of it. Says `change` when something came. */
export class Series extends EventTarget {
  readonly key: string;
  /** Sorted; grows while the stream runs. */
  readonly images: ImageFacts[] = [];
  readonly others: OtherObject[] = [];
  readonly films: Film[] = [];
  state: SeriesState = 'idle';
  received = 0;
  expected: number | undefined;
  /** Frames held in a form that alters pixels, by image id. */
  readonly lossyFrames = new Set<string>();
  /** The portal's lossy form came first; lossless frames are to replace it. */
  preview = false;
  code: string | undefined;

  constructor(
    readonly exam: ViewExam,
    readonly info: ViewSeries,
  ) {
    super();
    this.key = `${exam.id}/${info.id}`;
    this.expected = info.instances;
  }

  imageIdAt(index: number): string | undefined {
    const facts = this.images[index];
    return facts && this.imageIdOf(facts);
  }

  imageIdOf({ instance, frame }: ImageFacts): string {
    return imageIdOf({ exam: this.exam.id, series: this.info.id, instance, frame });
  }

  imageIds(): string[] {
    return this.images.map((facts) => this.imageIdOf(facts));
  }

  addImage(facts: ImageFacts): void {
    insertSorted(this.images, facts);
  }

  /** Takes back the frames of an object that turned out to be a film. */
  removeImages(instance: string): void {
    const others = this.images.filter((facts) => facts.instance !== instance);
    this.images.splice(0, this.images.length, ...others);
  }

  /** Are these pixels altered, by the portal or by a compression before it? */
  isLossy(facts: ImageFacts): boolean {
    return facts.lossy || this.lossyFrames.has(this.imageIdOf(facts));
  }

  get anyLossy(): boolean {
    return this.lossyFrames.size > 0 || this.images.some(({ lossy }) => lossy);
  }

  get ended(): boolean {
    return this.state !== 'idle' && this.state !== 'loading';
  }

  changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
