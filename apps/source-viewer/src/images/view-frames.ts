import { canConvert, CodecError, type CodecPool, inOrder } from '@drimbox/codecs';
import {
  type ByteReader,
  findPixelData,
  frameMediaType,
  type ImageDescription,
  readFrames,
  transferSyntaxInfo,
  TransferSyntax,
} from '@drimbox/dicom';

/** A frame as it leaves. */
export interface ViewFrame {
  readonly bytes: Buffer;
  readonly transferSyntax: string;
  /** Set when it was compressed here: what it holds now. */
  readonly photometric?: string;
}

const jpeg = (suffix: number): string => `1.2.840.10008.1.2.4.${suffix}`;
const RLE = '1.2.840.10008.1.2.5';

/** What the viewer decodes, hence what passes as it was received (docs/image-api.md). */
const DECODED: ReadonlySet<string> = new Set([...[50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203].map(jpeg), RLE]);

/** What other pixels become, without loss: JPEG-LS is the smallest of the fast ones; the next when it has no room for a frame. */
const MADE = [jpeg(80), jpeg(70), RLE];

const QUALITY = 100;
/** Frames of one object decoded or waiting at a time. */
const IN_FLIGHT_BYTES = 128 * 1024 * 1024;

export const mediaTypeOf = (transferSyntax: string): string =>
  `${frameMediaType(transferSyntax) ?? 'application/octet-stream'}; transfer-syntax=${transferSyntax}`;

/**
 * The frames of an object, compressed: as received when the viewer decodes that, else made without loss. None when they can be neither,
 * or when the object has no pixels. Throws DatasetError and CodecError. @param reader stands behind the head.
 */
export async function* viewFrames(
  reader: ByteReader,
  image: ImageDescription | undefined,
  stored: string,
  pool: CodecPool,
): AsyncGenerator<ViewFrame, void> {
  const start = image && (await findPixelData(reader));
  if (!image || !start) return;
  // Whatever native syntax it was stored in, its pixels are now those of explicit little endian.
  const from = transferSyntaxInfo(stored)?.encapsulated === true ? stored : TransferSyntax.ExplicitLittleEndian;
  const options = { image, transferSyntax: from, maxFrameBytes: pool.maxFrameBytes };
  if (DECODED.has(from)) {
    for await (const bytes of readFrames(reader, start, options)) yield { bytes, transferSyntax: from };
    return;
  }
  const targets = MADE.filter((to) => canConvert(image, from, to));
  if (targets.length === 0) return;
  const frameBytes = Math.max(1, (image.rows * image.columns * image.samples * image.bitsAllocated) / 8);
  const width = Math.max(1, Math.min(pool.threads + 1, Math.floor(IN_FLIGHT_BYTES / frameBytes)));
  yield* inOrder(readFrames(reader, start, options), width, (bytes) => compressed(bytes, image, from, targets, pool));
}

async function compressed(
  bytes: Buffer,
  image: ImageDescription,
  from: string,
  [to = RLE, ...others]: readonly string[],
  pool: CodecPool,
): Promise<ViewFrame> {
  // The pool may take the memory of what it is given: another try needs its own.
  const given = others.length > 0 ? Buffer.from(bytes) : bytes;
  try {
    const made = await pool.transcode({ bytes: given, image, from, to, quality: QUALITY });
    const { buffer, byteOffset, byteLength } = made.bytes;
    return { bytes: Buffer.from(buffer, byteOffset, byteLength), transferSyntax: to, photometric: made.photometric };
  } catch (error) {
    // Noise does not get smaller in JPEG-LS.
    if (error instanceof CodecError && error.kind === 'unsupported' && others.length > 0)
      return compressed(bytes, image, from, others, pool);
    throw error;
  }
}
