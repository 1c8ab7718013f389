import type { EventBody } from '@drimbox/contracts';

export type ServedCount = EventBody<'image.served'>['objects'][number];

/** A whole object as it left. */
export type ServedObject = Omit<ServedCount, 'instances'>;

/** The event carries no more kinds than this: the rest is counted with the last. */
const MAX_KINDS = 500;

/** Counts what left by modality, class and syntaxes (DSR §3.2.3 C). */
export class ServedTally {
  instances = 0;
  private readonly counts = new Map<string, { -readonly [K in keyof ServedCount]: ServedCount[K] }>();

  add({ modality, sopClass, storedSyntax, transferSyntax, bytes, pixelBytes }: ServedObject): void {
    this.instances += 1;
    const wanted = `${modality} ${sopClass} ${storedSyntax} ${transferSyntax}`;
    const full = this.counts.size >= MAX_KINDS && !this.counts.has(wanted);
    const key = full ? [...this.counts.keys()].at(-1)! : wanted;
    const count = this.counts.get(key) ?? {
      modality: modality.slice(0, 16),
      sopClass,
      storedSyntax,
      transferSyntax,
      instances: 0,
      bytes: 0,
      pixelBytes: 0,
    };
    count.instances += 1;
    count.bytes += bytes;
    count.pixelBytes += pixelBytes;
    this.counts.set(key, count);
  }

  get objects(): ServedCount[] {
    return [...this.counts.values()];
  }
}
