import type { ObjectWriter } from './spool-contract.js';
import type { SpooledSeries } from './spooled-series.js';
import type { StoredObject } from './stored-object.js';

/** An object that is there already: what is sent again is not kept. */
export class DroppingWriter implements ObjectWriter {
  length = 0;

  write(bytes: Buffer): boolean {
    this.length += bytes.length;
    return true;
  }

  onDrain(): void {}

  end(): boolean {
    return true;
  }

  breakOff(): void {}
}

/** Writes one arrival of an object into its series. */
export class StoringWriter<I, O> implements ObjectWriter {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly series: SpooledSeries<I, O>,
    private readonly stored: StoredObject<I>,
    /** Earlier arrivals of the same object, all broken off. */
    private readonly earlier: readonly StoredObject<I>[],
  ) {}

  get length(): number {
    return this.stored.length;
  }

  write(bytes: Buffer): boolean {
    const flowing = this.series.write(this.stored, bytes);
    if (this.earlier.length > 0) this.series.resume(this.earlier, this.stored);
    return flowing;
  }

  onDrain(listener: () => void): void {
    this.listeners.push(listener);
    this.series.onDrain(listener);
  }

  end(): boolean {
    this.done();
    return this.series.end(this.stored, 'whole');
  }

  breakOff(): void {
    this.done();
    this.series.end(this.stored, 'broken');
  }

  private done(): void {
    for (const listener of this.listeners.splice(0)) this.series.offDrain(listener);
    if (this.earlier.length > 0) this.series.resume(this.earlier, this.stored);
  }
}
