import { END_FRAME, FrameType, frameHead, objectFrame, outcomeFrame, type RetrieveOutcome } from '@drimbox/contracts';
import { type Attributes, Tag, TransferSyntax, writeDataset } from '@drimbox/dicom';
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

export const CT = '1.2.840.10008.5.1.4.1.1.2';
const PIXELS = 0x7fe00010;

export interface TestObject {
  readonly series: string;
  readonly sopInstance: string;
  readonly sopClass: string;
  readonly transferSyntax: string;
  /** Data set, as the PACS holds it. */
  readonly bytes: Buffer;
}

/** Pixels that depend on the UID alone: the same object is the same bytes in every run. */
const pixelsOf = (uid: string, length: number): Buffer => {
  const blocks: Buffer[] = [];
  for (let n = 0; n * 64 < length; n++) blocks.push(createHash('sha512').update(`${uid} ${n}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
};

export function testObject(study: string, series: string, sopInstance: string, more: Attributes = {}): TestObject {
  const transferSyntax = TransferSyntax.ExplicitLittleEndian;
  const bytes = writeDataset(
    {
      [Tag.SOPClassUID]: CT,
      [Tag.SOPInstanceUID]: sopInstance,
      [Tag.Modality]: 'CT',
      [Tag.PatientID]: 'IPP-INVENTE',
      [Tag.StudyInstanceUID]: study,
      [Tag.SeriesInstanceUID]: series,
      [PIXELS]: pixelsOf(sopInstance, 65_536),
      ...more,
    },
    transferSyntax,
  );
  return { series, sopInstance, sopClass: CT, transferSyntax, bytes };
}

/** Frames of one object, its data cut in pieces that respect nothing. */
export function framesOf({ bytes, ...head }: TestObject): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 10_007) pieces.push(bytes.subarray(at, at + 10_007));
  return [objectFrame(head), ...pieces.flatMap((piece) => [frameHead(FrameType.Data, piece.length), piece]), END_FRAME];
}

export const outcome = (received: number, over: Partial<RetrieveOutcome> = {}): Buffer =>
  outcomeFrame({ outcome: 'complete', received, expected: received, ...over });

/** An image of 16 bits, grey, with smooth pixels; `frames` of 8,192 bytes each. */
export function testImage(study: string, series: string, sopInstance: string, frames = 1): TestObject {
  const pixels = Buffer.alloc(8_192 * frames);
  for (let n = 0; n < pixels.length / 2; n++)
    pixels.writeUInt16LE((n * 7 + Math.floor(n / 4096) * 1_000) % 4_096, n * 2);
  return testObject(study, series, sopInstance, {
    [Tag.SamplesPerPixel]: 1,
    [Tag.PhotometricInterpretation]: 'MONOCHROME2',
    ...(frames > 1 && { [Tag.NumberOfFrames]: String(frames) }),
    [Tag.Rows]: 64,
    [Tag.Columns]: 64,
    [Tag.BitsAllocated]: 16,
    [Tag.BitsStored]: 12,
    [Tag.HighBit]: 11,
    [Tag.PixelRepresentation]: 0,
    [PIXELS]: pixels,
  });
}

/** A whole answer of pacs-bridge. */
export function giveObjects(objects: readonly TestObject[], response: ServerResponse): void {
  response.writeHead(200);
  for (const object of objects) for (const frame of framesOf(object)) response.write(frame);
  response.end(outcome(objects.length));
}

/** What pacs-bridge is asked for. */
export interface Wanted {
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
  readonly heads?: boolean;
  readonly purpose: string;
  readonly flow: string;
  readonly expected?: number;
}
