import type { ObjectHead } from '@drimbox/contracts';
import { DatasetError, type Ins, InsSplicer, jsonModel, readDataset } from '@drimbox/dicom';
import { Converter } from './converter.js';
import { IncomingObject } from './incoming-object.js';
import { NotServable, type ObjectSink } from './object-sink.js';
import type { Outlet } from './outlet.js';
import { ServedTally } from './served-tally.js';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
/** Float, double float and integer pixel data. */
const PIXEL_DATA = 0x7fe00008;
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

/** Metadata of instances as one array in the DICOM JSON model (PS3.18 §10.4.4, Annex F), with the INS as in the objects. */
export class MetadataSink implements ObjectSink {
  readonly tally = new ServedTally();
  private incoming: IncomingObject | undefined;
  private held: Buffer[] = [];
  private first = true;

  constructor(
    private readonly outlet: Outlet,
    private readonly converter: Converter,
    private readonly ins: Ins,
    private readonly signal: AbortSignal,
  ) {}

  open(head: ObjectHead): void {
    this.incoming = new IncomingObject(head);
    this.held = [];
  }

  data(bytes: Buffer): void {
    this.incoming?.count(bytes);
    if ((this.incoming?.bytes ?? 0) > MAX_OBJECT_BYTES) throw new NotServable('DRIM-715', 'a head too long');
    this.held.push(bytes);
  }

  async end(): Promise<void> {
    const { head } = this.incoming ?? {};
    if (!head) throw new RangeError('no object is open');
    const json = await this.jsonOf(head, Buffer.concat(this.held));
    if (!this.outlet.begun) this.outlet.begin('application/dicom+json');
    const bytes = Buffer.from(`${this.first ? '[' : ','}${json.text}`);
    this.first = false;
    await this.outlet.send([bytes]);
    const { sopClass, transferSyntax } = head;
    const { modality } = json;
    this.tally.add({
      modality,
      sopClass,
      storedSyntax: transferSyntax,
      transferSyntax,
      bytes: bytes.length,
      pixelBytes: 0,
    });
  }

  async finish(): Promise<void> {
    if (!this.outlet.begun) this.outlet.begin('application/dicom+json');
    await this.outlet.send([Buffer.from(this.first ? '[]' : ']')]);
    await this.outlet.finish();
  }

  private async jsonOf(head: ObjectHead, bytes: Buffer): Promise<{ text: string; modality: string }> {
    try {
      const { transferSyntax, bytes: plain } = await this.explicit(head, bytes);
      const splicer = new InsSplicer({ transferSyntax, ins: this.ins });
      const spliced = Buffer.concat([...splicer.push(plain), ...splicer.finish()]);
      const dataset = readDataset(spliced, { transferSyntax, untilTag: PIXEL_DATA, unknownCharset: 'replace' });
      const model = jsonModel(dataset);
      const [modality] = model['00080060']?.Value ?? [];
      return { text: JSON.stringify(model), modality: typeof modality === 'string' ? modality : 'OT' };
    } catch (error) {
      if (error instanceof DatasetError) throw new NotServable('DRIM-715', `metadata: ${error.kind}`);
      throw error;
    }
  }

  /** Implicit VR has no types to write down, and a deflated head cannot be spliced. */
  private async explicit({ transferSyntax }: ObjectHead, bytes: Buffer): Promise<{ transferSyntax: string; bytes: Buffer }> {
    if (transferSyntax !== IMPLICIT) return { transferSyntax, bytes };
    const converted = await this.converter.convert({ transferSyntax, bytes }, EXPLICIT, this.signal);
    if (!converted.ok) throw new NotServable('DRIM-715', converted.reason);
    return converted.object;
  }
}
