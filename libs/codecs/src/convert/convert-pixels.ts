import {
  type ByteReader,
  DatasetError,
  describeImage,
  editHead,
  elementHead,
  findPixelData,
  type ImageDescription,
  itemHead,
  nativeFrameBytes,
  PIXEL_GROUP,
  readFrames,
  sequenceDelimiter,
  Tag,
} from '@drimbox/dicom';
import type { CodecPool } from '../pool/codec-pool.js';
import type { FrameResult } from '../pool/messages.js';
import { familyOf } from '../syntaxes.js';
import { attributesAfter } from './attributes.js';
import { takeHead } from './head.js';
import { inOrder } from './in-order.js';

export interface ConvertOptions {
  readonly pool: CodecPool;
  /** Syntaxes of the pixels, before and after. */
  readonly from: string;
  readonly to: string;
  /** Of lossy JPEG, 1 to 100. */
  readonly quality: number;
  readonly maxHeadBytes: number;
}

const EXPLICIT = '1.2.840.10008.1.2.1';
const DIGITAL_SIGNATURES = 0xfffafffa;
/** Frames of one object that are decoded or wait at a time take no more than this, one frame at least. */
const IN_FLIGHT_BYTES = 256 * 1024 * 1024;
const MAX_LENGTH = 0xfffffffe;
const UNDEFINED_LENGTH = 0xffffffff;

/**
 * An Explicit LE data set with its pixels in another transfer syntax, frame by frame as it is read: a few frames are in memory, never the
 * object. Each frame becomes one fragment behind an empty offset table (PS3.5 §A.4). What stood after the pixels follows, but digital
 * signatures and padding, which were of the old bytes. Throws DatasetError and CodecError, also after its first chunks.
 */
export async function* convertPixels(reader: ByteReader, options: ConvertOptions): AsyncGenerator<Buffer, void> {
  try {
    yield* converted(reader, options);
  } finally {
    await reader.close();
  }
}

async function* converted(reader: ByteReader, options: ConvertOptions): AsyncGenerator<Buffer, void> {
  const head = await takeHead(reader, EXPLICIT, PIXEL_GROUP, options.maxHeadBytes);
  const image = describeImage(head.dataset);
  const start = await findPixelData(reader);
  if (!start || !image) {
    yield Buffer.from(head.bytes);
    yield* reader.rest();
    return;
  }
  if (start.encapsulated !== (familyOf(options.from) !== 'native')) {
    throw new DatasetError('malformed', 'pixels of another transfer syntax', Tag.PixelData);
  }
  const { pool, from, to, quality } = options;
  const frames = readFrames(reader, start, { image, transferSyntax: from, maxFrameBytes: pool.maxFrameBytes });
  const results = inOrder(frames, framesInFlight(pool, image), (bytes) =>
    pool.transcode({ bytes, image, from, to, quality }),
  );
  try {
    const first = await results.next();
    if (first.done === true) throw new DatasetError('malformed', 'no frame', Tag.PixelData);
    yield editHead(head.bytes, attributesAfter(head.dataset, image, from, to, first.value));
    yield* familyOf(to) === 'native' ? native(first.value, results, image) : encapsulated(first.value, results);
  } finally {
    await results.return(undefined);
  }
  yield* tail(reader, options.maxHeadBytes);
}

function framesInFlight({ threads }: CodecPool, image: ImageDescription): number {
  const frame = Math.max(1, nativeFrameBytes(image));
  return Math.max(1, Math.min(threads + 1, Math.floor(IN_FLIGHT_BYTES / frame)));
}

async function* encapsulated(first: FrameResult, others: AsyncIterable<FrameResult>): AsyncGenerator<Buffer, void> {
  yield Buffer.concat([elementHead(Tag.PixelData, 'OB', UNDEFINED_LENGTH), itemHead(0)]);
  yield* fragment(first);
  for await (const frame of others) yield* fragment(frame);
  yield sequenceDelimiter();
}

/** Even length (PS3.5 §A.4). */
function* fragment({ bytes }: FrameResult): Generator<Buffer, void> {
  const pad = bytes.length % 2;
  yield itemHead(bytes.length + pad);
  yield asBuffer(bytes);
  if (pad > 0) yield Buffer.of(0);
}

async function* native(
  first: FrameResult,
  others: AsyncIterable<FrameResult>,
  image: ImageDescription,
): AsyncGenerator<Buffer, void> {
  const length = first.bytes.length * image.frames;
  const pad = length % 2;
  if (length + pad > MAX_LENGTH)
    throw new DatasetError('limit', 'more native pixels than a length can say', Tag.PixelData);
  // PS3.5 §A.2: OW above 8 bits.
  yield elementHead(Tag.PixelData, image.bitsAllocated > 8 ? 'OW' : 'OB', length + pad);
  yield asBuffer(first.bytes);
  for await (const { bytes } of others) yield asBuffer(bytes);
  if (pad > 0) yield Buffer.of(0);
}

async function* tail(reader: ByteReader, maxBytes: number): AsyncGenerator<Buffer, void> {
  const { bytes } = await takeHead(reader, EXPLICIT, DIGITAL_SIGNATURES, maxBytes);
  if (bytes.length > 0) yield bytes;
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
