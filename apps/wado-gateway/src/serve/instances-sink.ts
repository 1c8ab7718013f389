import type { ObjectHead } from '@drimbox/contracts';
import {
  chooseSyntax,
  DatasetError,
  dicomPartType,
  type Ins,
  InsSplicer,
  MultipartWriter,
  part10Head,
  type Wish,
} from '@drimbox/dicom';
import { Converter, type Encoded } from './converter.js';
import { IncomingObject } from './incoming-object.js';
import { NotServable, type ObjectSink } from './object-sink.js';
import type { Outlet } from './outlet.js';
import { ServedTally } from './served-tally.js';

export interface InstancesOptions {
  readonly wishes: readonly Wish[];
  readonly ins: Ins;
  readonly compress: boolean;
  /** Objects being converted at once for this answer. */
  readonly conversions: number;
  readonly maxConversionBytes: number;
  readonly signal: AbortSignal;
}

/** Explicit VR, deflated: its head cannot be spliced without inflating all of it. */
const DEFLATED = '1.2.840.10008.1.2.1.99';

interface Waiting {
  readonly incoming: IncomingObject;
  readonly result: Promise<Encoded>;
}

/**
 * Instances as DICOM files in a multipart answer (PS3.18 §8.6.1.2, §10.4). What may leave as it is goes through by
 * reference, its INS spliced into the head; the rest is converted elsewhere, a few at a time, in the order it came.
 */
export class InstancesSink implements ObjectSink {
  readonly tally = new ServedTally();
  private readonly writer = new MultipartWriter('application/dicom');
  private incoming: IncomingObject | undefined;
  private splicer: InsSplicer | undefined;
  private held: Buffer[] | undefined;
  private target = '';
  private readonly waiting: Waiting[] = [];

  constructor(
    private readonly outlet: Outlet,
    private readonly converter: Converter,
    private readonly options: InstancesOptions,
  ) {}

  open(head: ObjectHead): void {
    this.incoming = new IncomingObject(head);
    this.splicer = undefined;
    this.held = undefined;
  }

  async data(bytes: Buffer): Promise<void> {
    const incoming = this.current();
    if (!incoming.headIsRead) {
      const soFar = incoming.push(bytes);
      if (soFar) await this.begin(incoming, soFar);
      return;
    }
    incoming.count(bytes);
    if (this.held) this.hold(bytes);
    else if (this.splicer) await this.outlet.send(this.splicer.push(bytes));
  }

  async end(): Promise<void> {
    const incoming = this.current();
    if (!incoming.headIsRead) await this.begin(incoming, incoming.finish());
    this.incoming = undefined;
    if (this.held) {
      const object = { transferSyntax: incoming.head.transferSyntax, bytes: Buffer.concat(this.held) };
      this.held = undefined;
      await this.convert(incoming, object);
      return;
    }
    if (this.splicer) await this.outlet.send(splice(() => this.splicer?.finish() ?? []));
    this.count(incoming, this.target, incoming.bytes, incoming.pixelBytes);
  }

  async finish(): Promise<void> {
    await this.settle(0);
    if (!this.outlet.begun) this.outlet.begin(this.writer.contentType);
    await this.outlet.send([this.writer.close()]);
    await this.outlet.finish();
  }

  /** The head is known: pass through, or hold for conversion. */
  private async begin(incoming: IncomingObject, soFar: Buffer): Promise<void> {
    const stored = incoming.head.transferSyntax;
    const canConvert = (from: string, to: string): boolean => this.converter.canConvert(incoming.dataset, from, to);
    // What cannot be spliced cannot pass: it is offered as the uncompressed form that it is inside.
    const wishes = stored === DEFLATED ? [...this.options.wishes, never(DEFLATED)] : this.options.wishes;
    const choice = chooseSyntax(stored, wishes, { canConvert, compress: this.options.compress });
    if (choice.action === 'none') throw new NotServable('DRIM-711', `${stored} cannot be given in what is accepted`);
    this.target = choice.transferSyntax;
    if (choice.action === 'convert') {
      this.held = [];
      this.hold(Buffer.from(soFar));
      return;
    }
    await this.settle(0);
    this.splicer = new InsSplicer({ transferSyntax: stored, ins: this.options.ins });
    const splicer = this.splicer;
    await this.send(incoming, this.target, splice(() => splicer.push(soFar)));
  }

  private hold(bytes: Buffer): void {
    const held = this.held ?? [];
    const size = this.current().bytes;
    if (size > this.options.maxConversionBytes) throw new NotServable('DRIM-715', `an object above ${size} bytes`);
    held.push(bytes);
  }

  private async convert(incoming: IncomingObject, object: Encoded): Promise<void> {
    const result = this.converter.convert(object, this.target, this.options.signal).then((converted) => {
      if (!converted.ok) throw new NotServable('DRIM-715', converted.reason);
      return converted.object;
    });
    // It is awaited in its turn; until then a failure is nobody's.
    result.catch(() => undefined);
    this.waiting.push({ incoming, result });
    await this.settle(this.options.conversions - 1);
  }

  /** Writes what was converted, in order, until no more than `left` wait. */
  private async settle(left: number): Promise<void> {
    while (this.waiting.length > left) {
      const next = this.waiting.shift();
      if (!next) return;
      const { transferSyntax, bytes } = await next.result;
      const splicer = new InsSplicer({ transferSyntax, ins: this.options.ins });
      const spliced = splice(() => [...splicer.push(bytes), ...splicer.finish()]);
      await this.send(next.incoming, transferSyntax, spliced);
      const pixelBytes = Math.max(0, bytes.length - headLength(next.incoming.head, { transferSyntax, bytes }));
      this.count(next.incoming, transferSyntax, bytes.length, pixelBytes);
    }
  }

  private async send({ head }: IncomingObject, transferSyntax: string, body: readonly Buffer[]): Promise<void> {
    const contentId = `${head.sopInstance}@drimbox`;
    const open = this.writer.open({ contentType: dicomPartType(transferSyntax), contentId });
    const { sopClass, sopInstance } = head;
    if (!this.outlet.begun) {
      // As the published answer does: the head of the whole names the syntax of its first part, the start (RFC 2387).
      this.outlet.begin(`${this.writer.contentType}; start="<${contentId}>"; transfer-syntax=${transferSyntax}`);
    }
    await this.outlet.send([open, part10Head({ sopClass, sopInstance, transferSyntax }), ...body]);
  }

  private count({ head, modality }: IncomingObject, transferSyntax: string, bytes: number, pixelBytes: number): void {
    const { sopClass, transferSyntax: storedSyntax } = head;
    this.tally.add({ modality, sopClass, storedSyntax, transferSyntax, bytes, pixelBytes });
  }

  private current(): IncomingObject {
    if (!this.incoming) throw new RangeError('no object is open');
    return this.incoming;
  }
}

const never = (transferSyntax: string): Wish => ({
  transferSyntax,
  mediaType: 'application/dicom',
  q: 0,
  form: 'multipart',
});

function headLength(head: ObjectHead, { transferSyntax, bytes }: Encoded): number {
  const converted = new IncomingObject({ ...head, transferSyntax });
  if (!converted.push(bytes)) converted.finish();
  return bytes.length - converted.pixelBytes;
}

function splice(work: () => readonly Buffer[]): readonly Buffer[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof DatasetError) throw new NotServable('DRIM-715', `splice: ${error.kind}`);
    throw error;
  }
}
