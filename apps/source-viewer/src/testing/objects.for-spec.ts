import {
  type Attributes,
  editHead,
  elementHead,
  type HeadEdit,
  Tag,
  TransferSyntax,
  writeDataset,
} from '@drimbox/dicom';
import type { TestObject } from '@drimbox/testing';

const EXPLICIT = TransferSyntax.ExplicitLittleEndian;
const item = (bytes: Buffer): Buffer => {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
};
const END_OF_SEQUENCE = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);

export interface Made {
  readonly series: string;
  readonly uid: string;
  readonly sopClass: string;
  readonly modality: string;
  readonly more?: Attributes;
  /** What the writer's dictionary does not know. */
  readonly edits?: readonly HeadEdit[];
  /** An encapsulated PDF instead of pixels. */
  readonly document?: Buffer;
  /** Native pixels, or the fragments of encapsulated ones in this syntax. */
  readonly pixels?: Buffer | { readonly syntax: string; readonly fragments: readonly Buffer[] };
}

/** An invented object of the exam under test, with the patient of the KOS. */
export function objectOf({
  series,
  uid,
  sopClass,
  modality,
  more = {},
  edits = [],
  document,
  pixels,
}: Made): TestObject {
  const encapsulated = pixels !== undefined && !Buffer.isBuffer(pixels) ? pixels : undefined;
  const head = writeDataset(
    {
      [Tag.SOPClassUID]: sopClass,
      [Tag.SOPInstanceUID]: uid,
      [Tag.StudyDate]: '20260102',
      [Tag.Modality]: modality,
      [Tag.PatientName]: 'PAT-TROIS^DOMINIQUE',
      [Tag.PatientID]: 'IPP-INVENTE',
      [Tag.StudyInstanceUID]: '1.2.3',
      [Tag.SeriesInstanceUID]: series,
      ...more,
    },
    EXPLICIT,
  );
  const parts = [editHead(head, edits)];
  if (document) {
    const type = Buffer.from('application/pdf ');
    const bytes = Buffer.concat([document, Buffer.alloc(document.length % 2)]);
    parts.push(elementHead(0x00420011, 'OB', bytes.length), bytes, elementHead(0x00420012, 'LO', type.length), type);
  }
  if (Buffer.isBuffer(pixels)) parts.push(elementHead(Tag.PixelData, 'OW', pixels.length), pixels);
  if (encapsulated) {
    parts.push(elementHead(Tag.PixelData, 'OB', 0xffffffff), item(Buffer.alloc(0)));
    parts.push(...encapsulated.fragments.map(item), END_OF_SEQUENCE);
  }
  const transferSyntax = encapsulated?.syntax ?? EXPLICIT;
  return { series, sopInstance: uid, sopClass, transferSyntax, bytes: Buffer.concat(parts) };
}

export const greyOf = (rows: number, columns: number, frames = 1): Attributes => ({
  [Tag.SamplesPerPixel]: 1,
  [Tag.PhotometricInterpretation]: 'MONOCHROME2',
  ...(frames > 1 && { [Tag.NumberOfFrames]: String(frames) }),
  [Tag.Rows]: rows,
  [Tag.Columns]: columns,
  [Tag.BitsAllocated]: 16,
  [Tag.BitsStored]: 12,
  [Tag.HighBit]: 11,
  [Tag.PixelRepresentation]: 0,
});

/** Smooth with noise, as tissue is: nothing that a codec finds for free. */
export function greyPixels(rows: number, columns: number, seed = 1): Buffer {
  const pixels = Buffer.alloc(rows * columns * 2);
  let state = seed;
  for (let at = 0; at < rows * columns; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const wave = Math.sin((at % columns) / 40) * Math.cos(Math.floor(at / columns) / 30);
    pixels.writeUInt16LE(Math.round(1_200 + 900 * wave + ((state >> 16) % 31)), at * 2);
  }
  return pixels;
}

/** Colour by pixel, as an ultrasound with Doppler is. */
export function colourPixels(rows: number, columns: number): Buffer {
  const pixels = Buffer.alloc(rows * columns * 3);
  let state = 7;
  for (let at = 0; at < pixels.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const [x, y] = [Math.floor(at / 3) % columns, Math.floor(at / 3 / columns)];
    pixels[at] = Math.round(110 + 90 * Math.sin(x / 25 + (at % 3)) * Math.cos(y / 30) + ((state >> 16) % 12));
  }
  return pixels;
}
