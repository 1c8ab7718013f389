import { type Ins, InsSplicer, jsonModel, readDataset, toExplicit, TransferSyntax } from '@drimbox/dicom';
import { NotServable, notServable, type ObjectSink } from './object-sink.js';
import { type Outlet, ServedTally, type SourceObject } from '@drimbox/images';

/** Float, double float and integer pixel data. */
const PIXEL_DATA = 0x7fe00008;
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
const CONTENT_TYPE = 'application/dicom+json';

/** Metadata of instances as one array in the DICOM JSON model (PS3.18 §10.4.4, Annex F), with the INS as in the objects. */
export class MetadataSink implements ObjectSink {
  readonly tally = new ServedTally();
  private first = true;

  constructor(
    private readonly outlet: Outlet,
    private readonly ins: Ins,
  ) {}

  async give(object: SourceObject): Promise<void> {
    const { text, modality } = await this.jsonOf(object);
    if (!this.outlet.begun) this.outlet.begin(CONTENT_TYPE);
    const bytes = Buffer.from(`${this.first ? '[' : ','}${text}`);
    this.first = false;
    await this.outlet.send([bytes]);
    const { sopClass, transferSyntax } = object.head;
    const kind = { modality, sopClass, storedSyntax: transferSyntax, transferSyntax };
    this.tally.add({ ...kind, bytes: bytes.length, pixelBytes: 0 });
  }

  async finish(): Promise<void> {
    if (!this.outlet.begun) this.outlet.begin(CONTENT_TYPE);
    await this.outlet.send([Buffer.from(this.first ? '[]' : ']')]);
    await this.outlet.finish();
  }

  private async jsonOf({ head, bytes }: SourceObject): Promise<{ text: string; modality: string }> {
    try {
      // JSON writes the VR of each element: implicit ones are made explicit first, and deflated ones readable.
      const splicer = new InsSplicer({ transferSyntax: TransferSyntax.ExplicitLittleEndian, ins: this.ins });
      const parts: Buffer[] = [];
      let size = 0;
      for await (const chunk of toExplicit(bytes, {
        transferSyntax: head.transferSyntax,
        maxInflatedBytes: MAX_OBJECT_BYTES,
      })) {
        size += chunk.length;
        if (size > MAX_OBJECT_BYTES) throw new NotServable('DRIM-715', 'a head too long');
        parts.push(...splicer.push(chunk));
      }
      parts.push(...splicer.finish());
      const dataset = readDataset(Buffer.concat(parts), {
        transferSyntax: TransferSyntax.ExplicitLittleEndian,
        untilTag: PIXEL_DATA,
        unknownCharset: 'replace',
      });
      const model = jsonModel(dataset);
      const [modality] = model['00080060']?.Value ?? [];
      return { text: JSON.stringify(model), modality: typeof modality === 'string' ? modality : 'OT' };
    } catch (error) {
      throw notServable(error);
    }
  }
}
