import type { ObjectWriter, SeriesWriter } from '@drimbox/spool';
import type { RetrieveOutcome } from '@drimbox/contracts';
import type { Arrival, ObjectReceiver, ObjectSink } from './object-receiver.js';
import { Tally } from './tally.js';

/** An object in the spool, as its readers see it. */
export interface SpooledInfo extends Arrival {
  /** Where Pixel Data begins, known before any byte beyond it can be read. */
  pixelOffset: number | undefined;
}

export type SeriesInSpool = SeriesWriter<SpooledInfo, RetrieveOutcome>;

/** Puts the objects of one retrieval into the spool as they come, and counts those that are whole, each once. */
export class SpoolingReceiver implements ObjectReceiver {
  readonly tally = new Tally();
  readonly whole = new Set<string>();
  /** Objects that broke off and did not come again. */
  readonly broken = new Set<string>();
  firstByteAt: number | undefined;

  constructor(
    private readonly series: SeriesInSpool,
    private readonly onWhole: () => void,
  ) {}

  /** What the spool could not keep the objects for. */
  get shortOf(): SeriesInSpool['shortOf'] {
    return this.series.shortOf;
  }

  begin(arrival: Arrival, resume: () => void): ObjectSink {
    const info: SpooledInfo = { ...arrival, pixelOffset: undefined };
    const writer = this.series.begin({ id: arrival.sopInstance, info });
    writer.onDrain(resume);
    return {
      headEnds: (offset) => {
        info.pixelOffset = offset;
      },
      write: (bytes) => {
        this.firstByteAt ??= performance.now();
        return writer.write(bytes);
      },
      end: () => this.end(info, writer),
      breakOff: () => {
        if (!this.whole.has(info.sopInstance)) this.broken.add(info.sopInstance);
        writer.breakOff();
      },
    };
  }

  private end(info: SpooledInfo, writer: ObjectWriter): boolean {
    if (!writer.end()) {
      // Told to the PACS too: it has not been kept.
      if (!this.whole.has(info.sopInstance)) this.broken.add(info.sopInstance);
      return false;
    }
    this.broken.delete(info.sopInstance);
    // The same object told twice is one object.
    if (this.whole.has(info.sopInstance)) return true;
    this.whole.add(info.sopInstance);
    this.tally.add(info, writer.length, info.pixelOffset ?? writer.length);
    this.onWhole();
    return true;
  }
}
