import { DatasetError, HeadReader, type StoreRequest, type StoreSink, Tag } from '@drimbox/dicom';
import type { Arrival, ObjectSink } from './object-receiver.js';

/** Status of a C-STORE that is refused (PS3.4 §B.2.3): nobody asked for it, or it is not what it says. */
export const REFUSED = 0xc000;
/** Out of resources: it could not be kept. */
export const NOT_KEPT = 0xa700;

/** First tag that is not needed to know whose an object is: study and series UID come before. */
const AFTER_UIDS = 0x00200010;
/** Float, double float and integer pixel data (PS3.3 §C.7.6.24, .25, §C.7.6.3). */
const PIXEL_DATA = 0x7fe00008;
/** A head longer than this is no image's; the real ones are under 4 KiB. */
const MAX_UIDS_BYTES = 1024 * 1024;
/** Enhanced multi-frame objects describe every frame before the pixels. */
const MAX_HEAD_BYTES = 64 * 1024 * 1024;

/** Decides once the UIDs are known: where the object goes, or nowhere. */
export type Router = (arrival: Arrival) => ObjectSink | undefined;

/**
 * One object as it arrives: its first bytes are held until its UIDs are read and it is known whose it is, then everything
 * goes on as it comes. No byte reaches anybody before that (P5).
 */
export class IncomingObject implements StoreSink {
  /** Each until it has said what it is asked: what they hold is let go of as soon as it can be. */
  private uids: HeadReader | undefined;
  private head: HeadReader | undefined;
  private sink: ObjectSink | undefined;
  private refused = false;
  private length = 0;
  private pixelOffset: number | undefined;

  constructor(
    private readonly request: StoreRequest,
    private readonly route: Router,
    private readonly onRefused: (reason: string) => void,
  ) {
    const { transferSyntax } = request;
    // Only UIDs are read here: a character set that nobody knows is no reason to refuse an image.
    const toUids = { untilTag: AFTER_UIDS, maxBytes: MAX_UIDS_BYTES, unknownCharset: 'replace' } as const;
    this.uids = new HeadReader({ transferSyntax, ...toUids });
    this.head = new HeadReader({ transferSyntax, untilTag: PIXEL_DATA, maxBytes: MAX_HEAD_BYTES, endOnly: true });
  }

  write(bytes: Buffer): boolean {
    if (this.refused) return true;
    this.length += bytes.length;
    if (!this.findPixels(bytes)) return true;
    if (this.sink) return this.sink.write(bytes);
    return this.identify((uids) => uids.push(bytes));
  }

  end(): number {
    // A data set may be so short that it ends before the tag that ends its UIDs.
    if (!this.refused && !this.sink)
      this.identify((uids) => {
        uids.finish();
        return true;
      });
    if (this.refused || !this.sink) return REFUSED;
    if (this.pixelOffset === undefined) this.sink.headEnds(this.length);
    return this.sink.end() ? 0 : NOT_KEPT;
  }

  fail(): void {
    this.refused = true;
    this.sink?.breakOff();
  }

  /** False once refused: bytes that are no data set. */
  private findPixels(bytes: Buffer): boolean {
    const { head } = this;
    if (!head) return true;
    return this.reading(() => {
      if (!head.push(bytes)) return;
      this.pixelOffset = head.end;
      this.head = undefined;
      this.sink?.headEnds(this.pixelOffset);
    });
  }

  /** False asks the association to wait. */
  private identify(read: (uids: HeadReader) => boolean): boolean {
    const { uids } = this;
    if (!uids) return true;
    let whole = false;
    if (!this.reading(() => (whole = read(uids))) || !whole) return true;
    this.uids = undefined;
    const arrival = this.arrival(uids);
    if (!arrival) return true;
    this.sink = this.route(arrival);
    if (!this.sink) {
      this.refuse('nobody asked for it');
      return true;
    }
    if (this.pixelOffset !== undefined) this.sink.headEnds(this.pixelOffset);
    return this.sink.write(uids.held);
  }

  private arrival({ dataset }: HeadReader): Arrival | undefined {
    const [study, series] = [dataset.getString(Tag.StudyInstanceUID), dataset.getString(Tag.SeriesInstanceUID)];
    const { sopClass, sopInstance, transferSyntax } = this.request;
    if (dataset.getString(Tag.SOPInstanceUID) !== sopInstance || dataset.getString(Tag.SOPClassUID) !== sopClass) {
      this.refuse('its UIDs are not those of the command');
      return undefined;
    }
    if (study === undefined || series === undefined) {
      this.refuse('no study or series UID');
      return undefined;
    }
    const modality = dataset.getString(Tag.Modality) ?? 'OT';
    return { study, series, sopInstance, sopClass, transferSyntax, modality };
  }

  private reading(read: () => void): boolean {
    try {
      read();
      return true;
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      this.refuse(`unreadable head: ${error.kind}`);
      return false;
    }
  }

  private refuse(reason: string): void {
    this.refused = true;
    this.sink?.breakOff();
    this.onRefused(reason);
  }
}
