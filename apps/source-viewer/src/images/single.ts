import { ByteReader, describeImage, readDataset, TransferSyntax, toExplicit } from '@drimbox/dicom';
import { BridgeClient, type SourceObject } from '@drimbox/images';
import { Injectable } from '@nestjs/common';
import type { View } from '../session/session.js';
import { CodecThreads } from './codec-threads.js';
import { headOf } from './head-of.js';
import { retrieve, type Retrieved } from './retrieved.js';
import { type ViewFrame, viewFrames } from './view-frames.js';

export type Single<T> =
  { readonly ok: true; readonly value: T | undefined } | { readonly ok: false; readonly ended: Retrieved };

export interface EncapsulatedDocument {
  readonly bytes: Buffer;
  readonly type: string;
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
  frame(view: View, at: Place, number: number, signal: AbortSignal): Promise<Single<ViewFrame>> {
    return this.one(view, at, signal, async ({ head, bytes }) => {
      const reader = new ByteReader(toExplicit(bytes, { transferSyntax: head.transferSyntax }));
      const image = describeImage(await headOf(reader));
      let count = 0;
      for await (const frame of viewFrames(reader, image, head.transferSyntax, this.threads.pool)) {
        count += 1;
        if (count === number) return frame;
      }
      return undefined;
    });
  }

  document(view: View, at: Place, signal: AbortSignal): Promise<Single<EncapsulatedDocument>> {
    return this.one(view, at, signal, async ({ head, bytes }) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of toExplicit(bytes, { transferSyntax: head.transferSyntax })) {
        size += chunk.length;
        if (size > MAX_DOCUMENT_BYTES) return undefined;
        chunks.push(chunk);
      }
      const dataset = readDataset(Buffer.concat(chunks), {
        transferSyntax: TransferSyntax.ExplicitLittleEndian,
        unknownCharset: 'replace',
      });
      const document = dataset.getBytes(DOCUMENT);
      return document && { bytes: document, type: dataset.getString(DOCUMENT_TYPE) ?? 'application/octet-stream' };
    });
  }

  private async one<T>(
    view: View,
    { uid: instance, series }: Place,
    signal: AbortSignal,
    read: (object: SourceObject) => Promise<T | undefined>,
  ): Promise<Single<T>> {
    let value: T | undefined;
    const ended = await retrieve(this.bridge, view, { parts: [{ series, instance }] }, signal, async (object) => {
      if (object.head.sopInstance !== instance) return 'more';
      value = await read(object);
      return 'enough';
    });
    return ended.outcome === 'complete' ? { ok: true, value } : { ok: false, ended };
  }
}

export interface Place {
  readonly uid: string;
  readonly series: string;
}
