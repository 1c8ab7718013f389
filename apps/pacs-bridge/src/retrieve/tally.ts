import type { EventBody } from '@drimbox/contracts';
import type { Arrival } from './object-receiver.js';

export type RetrievedCount = EventBody<'images.retrieved'>['objects'][number];

/** Counts what came out of a PACS by modality, class and syntax (DSR §3.2.3 C). */
export class Tally {
  private readonly counts = new Map<string, { -readonly [K in keyof RetrievedCount]: RetrievedCount[K] }>();
  instances = 0;
  bytes = 0;

  /** A whole object; `pixelOffset` is where its Pixel Data begins. */
  add({ modality, sopClass, transferSyntax }: Arrival, bytes: number, pixelOffset: number): void {
    this.instances += 1;
    this.bytes += bytes;
    const key = `${modality} ${sopClass} ${transferSyntax}`;
    const known = this.counts.get(key) ?? {
      modality: modality.slice(0, 16),
      sopClass,
      transferSyntax,
      instances: 0,
      bytes: 0,
      pixelBytes: 0,
    };
    known.instances += 1;
    known.bytes += bytes;
    known.pixelBytes += bytes - Math.min(pixelOffset, bytes);
    this.counts.set(key, known);
  }

  get objects(): RetrievedCount[] {
    return [...this.counts.values()];
  }
}
