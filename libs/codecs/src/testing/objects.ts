import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Attributes,
  describeImage,
  editHead,
  elementHead,
  type HeadEdit,
  type ImageDescription,
  nativeFrameBytes,
  openPart10,
  part10Head,
  readDataset,
  Tag,
  writeDataset,
} from '@drimbox/dicom';

const EXPLICIT = '1.2.840.10008.1.2.1';

/** Secondary capture, multi-frame: takes any pixels. */
export const SOP_CLASS = '1.2.840.10008.5.1.4.1.1.7.4';
export const SOP_INSTANCE = '1.2.826.0.1.3680043.10.1.7';

/** A data set in Explicit LE with these native pixels; `edits` add what the writer's dictionary does not know. */
export function testDataset(
  image: ImageDescription,
  pixels: Buffer,
  more: Attributes = {},
  edits: readonly HeadEdit[] = [],
): Buffer {
  const head = writeDataset(
    {
      [Tag.SpecificCharacterSet]: 'ISO_IR 100',
      [Tag.SOPClassUID]: SOP_CLASS,
      [Tag.SOPInstanceUID]: SOP_INSTANCE,
      [Tag.Modality]: 'OT',
      [Tag.PatientName]: 'TEST^Hélène',
      [Tag.PatientID]: 'IPP1',
      [Tag.StudyInstanceUID]: '1.2.3',
      [Tag.SeriesInstanceUID]: '1.2.3.4',
      [Tag.SamplesPerPixel]: image.samples,
      [Tag.PhotometricInterpretation]: image.photometric,
      [Tag.NumberOfFrames]: String(image.frames),
      [Tag.Rows]: image.rows,
      [Tag.Columns]: image.columns,
      [Tag.BitsAllocated]: image.bitsAllocated,
      [Tag.BitsStored]: image.bitsStored,
      [Tag.HighBit]: image.highBit,
      [Tag.PixelRepresentation]: image.signed ? 1 : 0,
      ...more,
    },
    EXPLICIT,
  );
  const planar: HeadEdit[] = image.samples > 1 ? [{ tag: 0x00280006, vr: 'US', value: image.planar }] : [];
  const pad = Buffer.alloc(pixels.length % 2);
  return Buffer.concat([
    editHead(head, [...planar, ...edits]),
    elementHead(Tag.PixelData, image.bitsAllocated > 8 ? 'OW' : 'OB', pixels.length + pad.length),
    pixels,
    pad,
  ]);
}

export const testFile = (dataset: Buffer, transferSyntax = EXPLICIT): Buffer =>
  Buffer.concat([part10Head({ sopClass: SOP_CLASS, sopInstance: SOP_INSTANCE, transferSyntax }), dataset]);

/** The image and native pixels of a file in Explicit LE. */
export function nativeOf(file: Buffer): { readonly image: ImageDescription; readonly pixels: Buffer } {
  const { bytes, transferSyntax } = openPart10(file);
  const dataset = readDataset(bytes, { transferSyntax, unknownCharset: 'replace' });
  const image = describeImage(dataset);
  if (!image) throw new Error('no image');
  const size = nativeFrameBytes(image) * image.frames;
  return { image, pixels: (dataset.getBytes(Tag.PixelData) ?? Buffer.alloc(0)).subarray(0, size) };
}

/** Chunks of changing size, as they come from a peer. */
export async function* chunked(bytes: Buffer, size = 10_007): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function collected(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

export const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'drimbox-codecs-'));

/** Runs a command to its end; undefined when it is not installed. */
export function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string } | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args);
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve({ code, output: Buffer.concat(parts).toString('utf8') }));
  });
}
