import type { ImageQuality } from '@drimbox/contracts';
import {
  ByteReader,
  type Dataset,
  describeImage,
  headOf,
  readDataset,
  Tag,
  TransferSyntax,
  toExplicit,
} from '@drimbox/dicom';
import { BridgeClient, type ServedObject, type SourceObject } from '@drimbox/images';
import { Injectable } from '@nestjs/common';
import type { View } from '../session/session.js';
import { CodecThreads } from './codec-threads.js';
import { lossyOf } from './loss.js';
import { retrieve, type Retrieved } from './retrieved.js';
import { type ViewFrame, viewFrames } from './view-frames.js';

/** What is given of one object, and how it is counted. */
export interface One<T> {
  readonly value: T;
  readonly served: ServedObject;
}

export type Single<T> =
  { readonly ok: true; readonly one: One<T> | undefined } | { readonly ok: false; readonly ended: Retrieved };

export interface EncapsulatedDocument {
  readonly bytes: Buffer;
  readonly type: string;
}

export interface Place {
  readonly uid: string;
  readonly series: string;
}

const DOCUMENT = 0x00420011;
const DOCUMENT_TYPE = 0x00420012;
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;

/** One frame or one document of an instance, out of the spool when its series is there. */
@Injectable()
export class Singles {
  constructor(
    private readonly bridge: BridgeClient,
    private readonly threads: CodecThreads,
  ) {}

  /** @param number from 1 */
  frame(view: View, at: Place, number: number, quality: ImageQuality, signal: AbortSignal): Promise<Single<ViewFrame>> {
    return this.one(view, at, signal, async (object) => {
      const { transferSyntax } = object.head;
      const reader = new ByteReader(toExplicit(object.bytes, { transferSyntax }));
      const dataset = await headOf(reader);
      let count = 0;
      const image = describeImage(dataset);
      const lossy = image && quality === 'lossy' ? lossyOf(image, transferSyntax, dataset) : undefined;
      for await (const frame of viewFrames(reader, image, transferSyntax, this.threads.pool, lossy)) {
        count += 1;
        const { bytes } = frame;
        if (count === number)
          return { value: frame, served: servedOf(object, dataset, bytes.length, frame.transferSyntax) };
      }
      return undefined;
    });
  }

  document(view: View, at: Place, signal: AbortSignal): Promise<Single<EncapsulatedDocument>> {
    return this.one(view, at, signal, async (object) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of toExplicit(object.bytes, { transferSyntax: object.head.transferSyntax })) {
        size += chunk.length;
        if (size > MAX_DOCUMENT_BYTES) return undefined;
        chunks.push(chunk);
      }
      const dataset = readDataset(Buffer.concat(chunks), {
        transferSyntax: TransferSyntax.ExplicitLittleEndian,
        unknownCharset: 'replace',
      });
      const bytes = dataset.getBytes(DOCUMENT);
      if (!bytes) return undefined;
      const type = dataset.getString(DOCUMENT_TYPE) ?? 'application/octet-stream';
      return { value: { bytes, type }, served: servedOf(object, dataset, bytes.length, object.head.transferSyntax) };
    });
  }

  private async one<T>(
    view: View,
    { uid: instance, series }: Place,
    signal: AbortSignal,
    read: (object: SourceObject) => Promise<One<T> | undefined>,
  ): Promise<Single<T>> {
    let one: One<T> | undefined;
    const ended = await retrieve(this.bridge, view, { parts: [{ series, instance }] }, signal, async (object) => {
      if (object.head.sopInstance !== instance) return 'more';
      one = await read(object);
      return 'enough';
    });
    return ended.outcome === 'complete' ? { ok: true, one } : { ok: false, ended };
  }
}

const servedOf = ({ head }: SourceObject, dataset: Dataset, bytes: number, transferSyntax: string): ServedObject => ({
  modality: dataset.getString(Tag.Modality) ?? 'OT',
  sopClass: head.sopClass,
  storedSyntax: head.transferSyntax,
  transferSyntax,
  bytes,
  pixelBytes: bytes,
});
