import { CodecError } from '../codec-error.js';
import { frameHeaderOf, u16 } from '../jpeg/segments.js';

/** What a codestream says of itself, read before any decoder sees it: nothing is allocated for a size that is not the image's. */
export interface CodestreamFacts {
  readonly columns: number;
  readonly rows: number;
  readonly samples: number;
  readonly bits: number;
}

/** JPEG and JPEG-LS (ITU-T T.81 §B.2.2, T.87 §C.2.2). */
export function jpegFacts(bytes: Uint8Array): CodestreamFacts {
  const frame = bytes[0] === 0xff && bytes[1] === 0xd8 ? frameHeaderOf(bytes) : undefined;
  if (!frame) throw new CodecError('malformed', 'no JPEG');
  return { columns: frame.columns, rows: frame.rows, samples: frame.components.length, bits: frame.precision };
}

/**
 * JPEG 2000, part 1 or 15, raw as DICOM asks (ITU-T T.800 §A.5.1). The tiles are counted: a stream of a few bytes may declare
 * billions.
 */
export function jpeg2000Facts(bytes: Uint8Array): CodestreamFacts {
  if (bytes.length < 41 || u16(bytes, 0) !== 0xff4f || u16(bytes, 2) !== 0xff51) {
    throw new CodecError('malformed', 'no JPEG 2000 codestream');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  const [tileWidth, tileHeight] = [view.getUint32(24), view.getUint32(28)];
  const samples = view.getUint16(40);
  const component = (index: number): readonly [number, number] => [42 + 3 * index, 43 + 3 * index];
  if (bytes.length < 42 + 3 * samples || samples < 1 || samples > 4) throw new CodecError('malformed', 'SIZ cut off');
  if (tileWidth === 0 || tileHeight === 0 || Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) > 65_535) {
    throw new CodecError('malformed', 'too many tiles');
  }
  for (let index = 0; index < samples; index += 1) {
    const [, step] = component(index);
    if (bytes[step] !== 1 || bytes[step + 1] !== 1) throw new CodecError('unsupported', 'subsampled components');
  }
  return { columns: width - left, rows: height - top, samples, bits: ((bytes[42] ?? 0) & 0x7f) + 1 };
}

/** The stream up to its end marker (FF D9 in every family), without the pad; CodecError when it has none: it is cut off. */
export function toItsEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 2 && bytes[end - 1] === 0) end -= 1;
  if (u16(bytes, end - 2) === 0xffd9) return bytes.subarray(0, end);
  // Some writers pad with FF.
  if (bytes[end - 1] === 0xff && u16(bytes, end - 3) === 0xffd9) return bytes.subarray(0, end - 1);
  throw new CodecError('malformed', 'codestream cut off');
}
