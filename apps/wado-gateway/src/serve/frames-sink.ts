import { canConvert, type CodecPool } from '@drimbox/codecs';
import {
  ByteReader,
  chooseSyntax,
  describeImage,
  findPixelData,
  frameMediaType,
  headOf,
  type ImageDescription,
  MultipartWriter,
  readFrames,
  Tag,
  toExplicit,
  transferSyntaxInfo,
  TransferSyntax,
  type Wish,
} from '@drimbox/dicom';
import { NotServable, notServable, type ObjectSink } from './object-sink.js';
import { type Outlet, ServedTally, type SourceObject } from '@drimbox/images';

export interface FramesOptions {
  /** Numbers from 1, in the order in which they leave. */
  readonly frames: readonly number[];
  readonly wishes: readonly Wish[];
  readonly compress: boolean;
  readonly pool: CodecPool;
  /** Frames that are asked for before others that come earlier in the object wait in memory, up to this. */
  readonly maxHeldBytes: number;
}

const QUALITY = 90;

interface Target {
  readonly transferSyntax: string;
  readonly mediaType: string;
  readonly convert: boolean;
}

/** Frames of one instance: raw pixels or codestreams, each a part (PS3.18 §8.7.3.3, §10.4.1.1.6). */
export class FramesSink implements ObjectSink {
  readonly tally = new ServedTally();
  private writer: MultipartWriter | undefined;

  constructor(
    private readonly outlet: Outlet,
    private readonly options: FramesOptions,
  ) {}

  async give(object: SourceObject): Promise<void> {
    try {
      await this.giveFrames(object);
    } catch (error) {
      throw notServable(error);
    }
  }

  async finish(): Promise<void> {
    if (!this.writer) throw new NotServable('DRIM-719', 'no frame');
    await this.outlet.send([this.writer.close()]);
    await this.outlet.finish();
  }

  private async giveFrames({ head, bytes }: SourceObject): Promise<void> {
    const stored = head.transferSyntax;
    const reader = new ByteReader(toExplicit(bytes, { transferSyntax: stored }));
    const dataset = await headOf(reader);
    const image = describeImage(dataset);
    const start = image && (await findPixelData(reader));
    if (!image || !start || this.options.frames.some((frame) => frame > image.frames)) {
      throw new NotServable('DRIM-719', image ? 'no such frame' : 'no image');
    }
    // Whatever native syntax it was stored in, its pixels are now those of explicit little endian.
    const from = transferSyntaxInfo(stored)?.encapsulated === true ? stored : TransferSyntax.ExplicitLittleEndian;
    const target = this.targetOf(image, from);
    const writer = (this.writer = new MultipartWriter(target.mediaType));
    const { pool } = this.options;
    let sent = 0;
    await this.inOrder(
      readFrames(reader, start, { image, transferSyntax: from, maxFrameBytes: pool.maxFrameBytes }),
      async (frame) => {
        const pixels = target.convert ? await this.converted(frame, image, from, target) : frame;
        sent += pixels.length;
        if (!this.outlet.begun) this.outlet.begin(writer.contentType);
        const contentType = `${target.mediaType}; transfer-syntax=${target.transferSyntax}`;
        await this.outlet.send([writer.open({ contentType }), pixels]);
      },
    );
    await reader.close();
    const modality = dataset.getString(Tag.Modality) ?? 'OT';
    const { sopClass } = head;
    const { transferSyntax } = target;
    this.tally.add({ modality, sopClass, storedSyntax: stored, transferSyntax, bytes: sent, pixelBytes: sent });
  }

  private targetOf(image: ImageDescription, from: string): Target {
    const { wishes, compress } = this.options;
    const choice = chooseSyntax(from, wishes, { canConvert: (a, b) => canConvert(image, a, b), compress });
    if (choice.action === 'none')
      throw new NotServable('DRIM-711', `frames of ${from} cannot be given in what is accepted`);
    const { transferSyntax } = choice;
    const mediaType = frameMediaType(transferSyntax) ?? 'application/octet-stream';
    return { transferSyntax, mediaType, convert: choice.action === 'convert' };
  }

  private async converted(
    bytes: Buffer,
    image: ImageDescription,
    from: string,
    { transferSyntax: to }: Target,
  ): Promise<Buffer> {
    const result = await this.options.pool.transcode({ bytes, image, from, to, quality: QUALITY });
    return Buffer.from(result.bytes.buffer, result.bytes.byteOffset, result.bytes.byteLength);
  }

  /** In the order asked; one that comes before its turn waits. */
  private async inOrder(frames: AsyncGenerator<Buffer, void>, send: (frame: Buffer) => Promise<void>): Promise<void> {
    const { frames: wanted, maxHeldBytes } = this.options;
    const early = new Map<number, Buffer>();
    const names = new Set(wanted);
    let [number, next, held] = [0, 0, 0];
    for await (const frame of frames) {
      number += 1;
      if (!names.has(number)) continue;
      early.set(number, frame);
      held += frame.length;
      for (let due = wanted[next]; due !== undefined && early.has(due); due = wanted[next]) {
        const bytes = early.get(due);
        early.delete(due);
        next += 1;
        if (!bytes) break;
        held -= bytes.length;
        await send(bytes);
      }
      if (next === wanted.length) return;
      if (held > maxHeldBytes) throw new NotServable('DRIM-715', 'frames too large to be put in another order');
    }
    throw new NotServable('DRIM-719', 'fewer frames than said');
  }
}
