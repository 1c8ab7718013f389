import { canConvert, CodecError, type CodecPool, inOrder } from '@drimbox/codecs';
import {
  type ByteReader,
  DatasetError,
  findPixelData,
  frameMediaType,
  type ImageDescription,
  readFrames,
  Tag,
  transferSyntaxInfo,
  TransferSyntax,
} from '@drimbox/dicom';
import { type Lossy, LOSSY_QUALITY, WORTH } from './loss.js';

/** A frame as it leaves. */
export interface ViewFrame {
  readonly bytes: Buffer;
  readonly transferSyntax: string;
  /** Set when it was compressed here: what it holds now. */
  readonly photometric?: string;
  /** Its pixels were altered here to travel faster. */
  readonly lossy?: true;
}

const jpeg = (suffix: number): string => `1.2.840.10008.1.2.4.${suffix}`;
const RLE = '1.2.840.10008.1.2.5';

/** What the viewer decodes, hence what passes as it was received (docs/image-api.md). */
const DECODED: ReadonlySet<string> = new Set([...[50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203].map(jpeg), RLE]);
/** MPEG-4 and HEVC: the browser's own player shows them (PS3.5 §8.2.7). */
const VIDEO: ReadonlySet<string> = new Set([102, 103, 104, 105, 106, 107, 108].map(jpeg));
const MAX_VIDEO_BYTES = 256 * 1024 * 1024;

/** What other pixels become, without loss: JPEG-LS is the smallest of the fast ones; the next when it has no room for a frame. */
const MADE = [jpeg(80), jpeg(70), RLE];

/** Frames of one object decoded or waiting at a time. */
const IN_FLIGHT_BYTES = 128 * 1024 * 1024;

export const mediaTypeOf = ({ transferSyntax, lossy }: Pick<ViewFrame, 'transferSyntax' | 'lossy'>): string => {
  const type = VIDEO.has(transferSyntax) ? 'video/mp4' : (frameMediaType(transferSyntax) ?? 'application/octet-stream');
  return `${type}; transfer-syntax=${transferSyntax}${lossy ? '; lossy=1' : ''}`;
};

/** The pixels of an object on their way out. */
interface Work {
  readonly image: ImageDescription;
  /** Transfer syntax of the pixels as they are read. */
  readonly from: string;
  readonly pool: CodecPool;
}

/**
 * The frames of an object, compressed: as received when the viewer decodes that, else made without loss. With `lossy`, altered where
 * that saves something; colour for the whole object, as its first frame decides, since its head says what they hold. None when they can
 * be neither, or when the object has no pixels. Throws DatasetError and CodecError. @param reader stands behind the head.
 */
export async function* viewFrames(
  reader: ByteReader,
  image: ImageDescription | undefined,
  stored: string,
  pool: CodecPool,
  lossy?: Lossy,
): AsyncGenerator<ViewFrame, void> {
  const start = image && (await findPixelData(reader));
  if (!image || !start) return;
  // Whatever native syntax it was stored in, its pixels are now those of explicit little endian.
  const from = transferSyntaxInfo(stored)?.encapsulated === true ? stored : TransferSyntax.ExplicitLittleEndian;
  const options = { image, transferSyntax: from, maxFrameBytes: pool.maxFrameBytes };
  if (VIDEO.has(from)) {
    // One stream, whatever number of frames it holds.
    const whole = { ...options, image: { ...image, frames: 1 }, maxFrameBytes: MAX_VIDEO_BYTES };
    for await (const bytes of readFrames(reader, start, whole)) yield filmOf(bytes, from);
    return;
  }
  const frames = readFrames(reader, start, options);
  const work = { image, from, pool };
  const targets = MADE.filter((to) => canConvert(image, from, to));
  const asReceived = DECODED.has(from);
  if (!asReceived && targets.length === 0) return;
  const plain = (bytes: Buffer): Promise<ViewFrame> =>
    asReceived ? Promise.resolve({ bytes, transferSyntax: from }) : compressed(bytes, work, targets);
  const can = lossy && canConvert(image, from, lossy.kind === 'near' ? jpeg(80) : lossy.to);
  if (!lossy || !can) {
    if (asReceived) for await (const bytes of frames) yield { bytes, transferSyntax: from };
    else yield* inOrder(frames, widthOf(work), plain);
    return;
  }
  if (lossy.kind === 'near') {
    yield* inOrder(frames, widthOf(work), (bytes) => smaller(bytes, plain, work, lossy));
    return;
  }
  const first = await frames.next();
  if (first.done === true) return;
  const chosen = await smaller(first.value, plain, work, lossy);
  yield chosen;
  yield* inOrder(frames, widthOf(work), chosen.lossy ? (bytes) => altered(bytes, work, lossy) : plain);
}

const widthOf = ({ image: { rows, columns, samples, bitsAllocated }, pool }: Work): number => {
  const frameBytes = Math.max(1, (rows * columns * samples * bitsAllocated) / 8);
  return Math.max(1, Math.min(pool.threads + 1, Math.floor(IN_FLIGHT_BYTES / frameBytes)));
};

/** What a browser plays is an MP4 file; a transport stream is none. @throws DatasetError */
function filmOf(bytes: Buffer, transferSyntax: string): ViewFrame {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') throw new DatasetError('malformed', 'no MP4 file', Tag.PixelData);
  return { bytes, transferSyntax };
}

/** Altered when that is worth it, else as it would be without loss. */
async function smaller(
  bytes: Buffer,
  plain: (bytes: Buffer) => Promise<ViewFrame>,
  work: Work,
  lossy: Lossy,
): Promise<ViewFrame> {
  const frame = await altered(Buffer.from(bytes), work, lossy).catch((error: unknown) => {
    if (error instanceof CodecError && error.kind === 'unsupported') return undefined;
    throw error;
  });
  if (frame && lossy.kind === 'near' && frame.bytes.length < bytes.length * WORTH) return frame;
  const whole = await plain(bytes);
  return frame && frame.bytes.length < whole.bytes.length * WORTH ? frame : whole;
}

const altered = async (bytes: Buffer, work: Work, lossy: Lossy): Promise<ViewFrame> => ({
  ...(await made(bytes, work, lossy)),
  lossy: true,
});

async function compressed(bytes: Buffer, work: Work, [to = RLE, ...others]: readonly string[]): Promise<ViewFrame> {
  // The pool may take the memory of what it is given: another try needs its own.
  const given = others.length > 0 ? Buffer.from(bytes) : bytes;
  try {
    return await made(given, work, { to });
  } catch (error) {
    // Noise does not get smaller in JPEG-LS.
    if (error instanceof CodecError && error.kind === 'unsupported' && others.length > 0)
      return compressed(bytes, work, others);
    throw error;
  }
}

async function made(
  given: Buffer,
  { image, from, pool }: Work,
  target: { readonly to: string } | Lossy,
): Promise<ViewFrame> {
  const { to } = target;
  const loss = 'loss' in target ? { loss: target.loss } : {};
  const { bytes, photometric } = await pool.transcode({
    bytes: given,
    image,
    from,
    to,
    quality: LOSSY_QUALITY,
    ...loss,
  });
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), transferSyntax: to, photometric };
}
