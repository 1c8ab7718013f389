import { DatasetError, HeadReader, Tag } from '@drimbox/dicom';

/** Float, double float and integer pixel data (PS3.3 §C.7.6.3, .24, .25). */
const PIXEL_DATA = 0x7fe00008;
const MAX_HEAD_BYTES = 64 * 1024 * 1024;

/** Looks on as a data set leaves, for what has to be counted (DSR §3.2.3 C); it never holds anything back. */
export class OutgoingTap {
  bytes = 0;
  private reader: HeadReader | undefined;
  private head: { readonly modality: string; readonly end: number } | undefined;

  constructor(transferSyntax: string) {
    this.reader = new HeadReader({
      transferSyntax,
      untilTag: PIXEL_DATA,
      maxBytes: MAX_HEAD_BYTES,
      unknownCharset: 'replace',
    });
  }

  see(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.reader) this.look(() => this.reader?.push(chunk) ?? false);
  }

  /** The data set is whole. */
  end(): void {
    if (this.reader) this.look(() => (this.reader?.finish(), true));
  }

  get modality(): string {
    return this.head?.modality ?? 'OT';
  }

  get pixelBytes(): number {
    return this.head === undefined ? 0 : this.bytes - this.head.end;
  }

  private look(read: () => boolean): void {
    try {
      if (!read() || !this.reader) return;
      this.head = { modality: this.reader.dataset.getString(Tag.Modality) ?? 'OT', end: this.reader.end };
    } catch (error) {
      // Bytes that cannot be read can still be given as they are: they are counted without their kind.
      if (!(error instanceof DatasetError)) throw error;
    }
    this.reader = undefined;
  }
}
