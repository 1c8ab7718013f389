import type { Pixels } from './volume-texture.js';

/** Decodes slice `index` of a volume. */
export type SliceSource = (index: number) => Promise<Pixels>;

/**
 * Values of a volume whose pixels are only in the texture: what is measured is decoded again, exactly, from the compressed
 * frames. A value that is not there is NaN, and its slice is asked for; `onArrived` is called when all that was asked has come. Holds
 * at most `maxSlices`; a measurement across more than these stays without values.
 */
export class VolumeValues {
  private readonly held = new Map<number, Pixels>();
  private readonly asked = new Set<number>();
  private readonly coming = new Set<number>();
  /** Slices that cannot be decoded. */
  private readonly failed = new Set<number>();
  private used = new Set<number>();
  private planned = false;
  private last: { readonly index: number; readonly pixels: Pixels } | undefined;
  closed = false;

  constructor(
    private readonly pixelsPerSlice: number,
    private readonly slices: number,
    private readonly maxSlices: number,
    private readonly source: SliceSource,
    private readonly onArrived: () => void,
  ) {}

  /** Value of voxel `index`, counted along columns, rows, slices. */
  at(index: number): number {
    const slice = Math.floor(index / this.pixelsPerSlice);
    if (this.last?.index !== slice) {
      const pixels = this.held.get(slice);
      this.use(slice, pixels);
      if (!pixels) return NaN;
      this.last = { index: slice, pixels };
    }
    return this.last?.pixels[index - slice * this.pixelsPerSlice] ?? NaN;
  }

  private use(slice: number, pixels: Pixels | undefined): void {
    if (!(slice >= 0 && slice < this.slices)) return;
    this.used.add(slice);
    if (!pixels && !this.failed.has(slice) && !this.coming.has(slice)) this.asked.add(slice);
    if (this.planned) return;
    this.planned = true;
    // A measurement reads all its values in one go: what it lacks is known when it has ended.
    queueMicrotask(() => this.ask());
  }

  private ask(): void {
    this.planned = false;
    this.last = undefined;
    const { used } = this;
    this.used = new Set();
    const wanted = [...this.asked];
    this.asked.clear();
    if (this.closed || used.size > this.maxSlices || wanted.length === 0) return;
    for (const slice of this.held.keys()) {
      if (this.held.size + wanted.length <= this.maxSlices) break;
      if (!used.has(slice)) this.held.delete(slice);
    }
    for (const slice of wanted) void this.fetch(slice);
  }

  private async fetch(slice: number): Promise<void> {
    this.coming.add(slice);
    try {
      const pixels = await this.source(slice);
      if (!this.closed) this.held.set(slice, pixels);
    } catch {
      this.failed.add(slice);
    }
    this.coming.delete(slice);
    if (this.coming.size === 0 && !this.closed) this.onArrived();
  }

  /** Slices that could not be decoded may have come since. */
  tryAgain(): void {
    this.failed.clear();
    if (!this.closed) this.onArrived();
  }

  close(): void {
    this.closed = true;
    this.held.clear();
    this.last = undefined;
  }
}
