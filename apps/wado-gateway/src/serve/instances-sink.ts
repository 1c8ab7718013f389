import { type OutgoingOptions, outgoingObject } from '@drimbox/codecs';
import type { ObjectHead } from '@drimbox/contracts';
import { chooseSyntax, dicomPartType, type Ins, MultipartWriter, type Wish } from '@drimbox/dicom';
import type { Conversions } from './conversions.js';
import { NotServable, notServable, type ObjectSink } from './object-sink.js';
import { OutgoingTap } from './outgoing-tap.js';
import { type Outlet, ServedTally, type SourceObject } from '@drimbox/images';

export interface InstancesOptions {
  readonly wishes: readonly Wish[];
  readonly ins: Ins;
  readonly compress: boolean;
}

/** Objects of one answer that are converted ahead of the one being written. */
const AHEAD = 4;
/** An object up to this size is converted in memory while the next one comes; a larger one as it comes, alone. */
const WHOLE_BYTES = 32 * 1024 * 1024;

/** A file of an object: its meta first, then the chunks of its data set. */
interface File {
  readonly transferSyntax: string;
  readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer>;
}

interface Ahead {
  readonly head: ObjectHead;
  readonly file: Promise<File>;
}

/**
 * Instances as DICOM files in a multipart answer (PS3.18 §8.6.1.2, §10.4). What passes as it is goes through by reference,
 * its INS spliced into the head; the rest is converted in threads, a few objects ahead, and leaves in the order it came.
 */
export class InstancesSink implements ObjectSink {
  readonly tally = new ServedTally();
  private readonly writer = new MultipartWriter('application/dicom');
  private readonly ahead: Ahead[] = [];
  private readonly outgoing: OutgoingOptions;

  constructor(
    private readonly outlet: Outlet,
    private readonly conversions: Conversions,
    private readonly options: InstancesOptions,
  ) {
    this.outgoing = { ...options, pool: conversions.pool };
  }

  async give(object: SourceObject): Promise<void> {
    if (this.passes(object.head.transferSyntax)) return this.giveAsItComes(object, object.bytes);
    const { held, rest } = await upTo(object.bytes, WHOLE_BYTES);
    if (rest) {
      const free = await this.conversions.turn();
      try {
        return await this.giveAsItComes(object, joined(held, rest));
      } finally {
        free();
      }
    }
    const file = this.convert(object.head, held);
    // It is awaited in its turn; until then a failure is nobody's.
    file.catch(() => undefined);
    this.ahead.push({ head: object.head, file });
    await this.settle(AHEAD - 1);
  }

  async finish(): Promise<void> {
    await this.settle(0);
    if (!this.outlet.begun) this.outlet.begin(this.writer.contentType);
    await this.outlet.send([this.writer.close()]);
    await this.outlet.finish();
  }

  /** Certainly as it is: even if everything could be converted, it would not be. */
  private passes(stored: string): boolean {
    const { wishes, compress } = this.options;
    const { action } = chooseSyntax(stored, wishes, { canConvert: () => true, compress });
    return action === 'pass' || action === 'relabel';
  }

  private async giveAsItComes({ head }: SourceObject, bytes: AsyncIterable<Buffer>): Promise<void> {
    const file = await this.fileOf(head, bytes);
    await this.settle(0);
    await this.write(head, file);
  }

  /** In memory, while others come and go. */
  private async convert(head: ObjectHead, held: readonly Buffer[]): Promise<File> {
    const free = await this.conversions.turn();
    try {
      const { transferSyntax, chunks } = await this.fileOf(head, from(held));
      const whole: Buffer[] = [];
      for await (const chunk of chunks) whole.push(chunk);
      return { transferSyntax, chunks: whole };
    } catch (error) {
      throw notServable(error);
    } finally {
      free();
    }
  }

  private async fileOf(
    { sopClass, sopInstance, transferSyntax }: ObjectHead,
    bytes: AsyncIterable<Buffer>,
  ): Promise<File> {
    try {
      const object = { sopClass, sopInstance, transferSyntax, dataset: bytes };
      const file = await outgoingObject(object, this.outgoing);
      if (!file.ok) throw new NotServable('DRIM-711', `${transferSyntax} cannot be given in what is accepted`);
      return { transferSyntax: file.transferSyntax, chunks: file.file };
    } catch (error) {
      throw notServable(error);
    }
  }

  /** Writes what was converted, in order, until no more than `left` wait. */
  private async settle(left: number): Promise<void> {
    while (this.ahead.length > left) {
      const next = this.ahead.shift();
      if (next) await this.write(next.head, await next.file);
    }
  }

  private async write(head: ObjectHead, { transferSyntax, chunks }: File): Promise<void> {
    const contentId = `${head.sopInstance}@drimbox`;
    const tap = new OutgoingTap(transferSyntax);
    let waiting: Buffer[] | undefined = [this.writer.open({ contentType: dicomPartType(transferSyntax), contentId })];
    let meta = true;
    try {
      for await (const chunk of chunks) {
        if (meta) waiting?.push(chunk);
        else tap.see(chunk);
        if (meta) {
          meta = false;
          continue;
        }
        if (!this.outlet.begun) {
          // As the published answer does: the head of the whole names the syntax of its first part, the start (RFC 2387).
          this.outlet.begin(`${this.writer.contentType}; start="<${contentId}>"; transfer-syntax=${transferSyntax}`);
        }
        await this.outlet.send(waiting ? [...waiting, chunk] : [chunk]);
        waiting = undefined;
      }
    } catch (error) {
      throw notServable(error);
    }
    tap.end();
    const { modality, bytes, pixelBytes } = tap;
    const { sopClass, transferSyntax: storedSyntax } = head;
    this.tally.add({ modality, sopClass, storedSyntax, transferSyntax, bytes, pixelBytes });
  }
}

/** The chunks of a stream up to a size; `rest` when there is more. */
async function upTo(
  bytes: AsyncIterable<Buffer>,
  most: number,
): Promise<{ held: readonly Buffer[]; rest?: AsyncIterator<Buffer> }> {
  const held: Buffer[] = [];
  const source = bytes[Symbol.asyncIterator]();
  let size = 0;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    held.push(next.value);
    size += next.value.length;
    if (size > most) return { held, rest: source };
  }
  return { held };
}

async function* joined(held: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  yield* held;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* from(held: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  yield* held;
}
