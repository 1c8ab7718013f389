import type { ObjectHead } from '@drimbox/contracts';
import { type Dataset, DatasetError, HeadReader, Tag } from '@drimbox/dicom';
import { NotServable } from './object-sink.js';

/** Float, double float and integer pixel data (PS3.3 §C.7.6.24, .25, §C.7.6.3). */
const PIXEL_DATA = 0x7fe00008;
/** Enhanced multi-frame objects describe every frame before the pixels. */
const MAX_HEAD_BYTES = 64 * 1024 * 1024;

/** An object whose bytes are held until everything before its pixels has come; then they go on as they come. */
export class IncomingObject {
  bytes = 0;
  private readonly reader: HeadReader;
  private read = false;

  constructor(readonly head: ObjectHead) {
    const { transferSyntax } = head;
    this.reader = new HeadReader({
      transferSyntax,
      untilTag: PIXEL_DATA,
      maxBytes: MAX_HEAD_BYTES,
      unknownCharset: 'replace',
    });
  }

  /** @returns all bytes so far when this chunk ended the head; undefined while it is incomplete. Not to be called after. */
  push(chunk: Buffer): Buffer | undefined {
    this.bytes += chunk.length;
    return reading(() => {
      this.read = this.reader.push(chunk);
      return this.read ? this.reader.held : undefined;
    });
  }

  /** The object ended before any pixel data: it was all head. */
  finish(): Buffer {
    return reading(() => {
      this.reader.finish();
      this.read = true;
      return this.reader.held;
    });
  }

  count(chunk: Buffer): void {
    this.bytes += chunk.length;
  }

  get headIsRead(): boolean {
    return this.read;
  }

  get dataset(): Dataset {
    return this.reader.dataset;
  }

  get modality(): string {
    return this.dataset.getString(Tag.Modality) ?? 'OT';
  }

  /** Bytes from the pixel data on. A deflated head has no offset of its own in the bytes: none are counted. */
  get pixelBytes(): number {
    return Math.max(0, this.bytes - this.reader.end);
  }
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DatasetError) throw new NotServable('DRIM-715', `unreadable head: ${error.kind}`);
    throw error;
  }
}
