import {
  ByteReader,
  chooseSyntax,
  describeImage,
  type ImageDescription,
  type Ins,
  InsSplicer,
  part10Head,
  PIXEL_GROUP,
  type SyntaxChoice,
  toExplicit,
  type Wish,
} from '@drimbox/dicom';
import { canConvert } from '../can-convert.js';
import type { CodecPool } from '../pool/codec-pool.js';
import { familyOf } from '../syntaxes.js';
import { convertPixels } from './convert-pixels.js';
import { peekHead } from './head.js';

/** An object as the PACS gives it: its identifiers from the C-STORE-RQ, the bytes of its data set. */
export interface StoredObject {
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly transferSyntax: string;
  readonly dataset: AsyncIterable<Buffer>;
}

export interface OutgoingOptions {
  readonly pool: CodecPool;
  /** What the client takes, from `instanceWishes`. */
  readonly wishes: readonly Wish[];
  /** What is stored uncompressed leaves compressed when the client takes that. Default false. */
  readonly compress?: boolean;
  /** When lossless pixels may become lossy; see `chooseSyntax`. Default `last`. */
  readonly lossy?: 'last' | 'by-weight';
  /** Of lossy JPEG, 1 to 100. Default 90. */
  readonly quality?: number;
  /** Put into Other Patient IDs Sequence of every object. */
  readonly ins?: Ins;
  /** Longest head, up to the pixels. Default 16 MiB. */
  readonly maxHeadBytes?: number;
  /** Largest data set that a deflated one may become. Default 1 GiB. */
  readonly maxInflatedBytes?: number;
}

export type Outgoing =
  | {
      readonly ok: true;
      readonly action: 'pass' | 'relabel' | 'convert';
      readonly transferSyntax: string;
      /** The DICOM file, pulled as it is read; DatasetError or CodecError when it cannot be finished. */
      readonly file: AsyncGenerator<Buffer, void>;
    }
  | { readonly ok: false; readonly reason: 'not-acceptable' };

const DEFLATED = '1.2.840.10008.1.2.1.99';
const MAX_HEAD = 16 * 1024 * 1024;

/**
 * An object on its way to a client: in the syntax that it takes, with the INS. Nothing of the pixels is read here, and nothing at all of
 * the object when its stored syntax passes. Throws DatasetError when its head cannot be read.
 */
export async function outgoingObject(object: StoredObject, options: OutgoingOptions): Promise<Outgoing> {
  const { transferSyntax: stored } = object;
  // A deflated data set is inflated to put something into it, hence never passes.
  const wishes = options.wishes.filter(({ transferSyntax }) => stored !== DEFLATED || transferSyntax !== DEFLATED);
  const choose = (convertible: (from: string, to: string) => boolean): SyntaxChoice =>
    chooseSyntax(stored, wishes, { ...options, canConvert: convertible });

  const reader = new ByteReader(object.dataset);
  let choice = choose(couldConvert);
  if (choice.action === 'convert') {
    // Only now does it matter what the pixels are.
    const head = await peekHead(reader, stored, PIXEL_GROUP, options.maxHeadBytes ?? MAX_HEAD);
    const image: ImageDescription | undefined = describeImage(head);
    choice = choose((from, to) => canConvert(image, from, to));
  }
  if (choice.action === 'none') {
    await reader.close();
    return { ok: false, reason: 'not-acceptable' };
  }
  const { action, transferSyntax } = choice;
  const dataset = action === 'convert' ? converted(reader, stored, transferSyntax, options) : reader.rest();
  return { ok: true, action, transferSyntax, file: file(object, transferSyntax, dataset, options) };
}

/** Whether it could be, were the pixels fit for it. */
const couldConvert = (from: string, to: string): boolean => familyOf(from) !== undefined && familyOf(to) !== undefined;

function converted(
  reader: ByteReader,
  from: string,
  to: string,
  { pool, quality = 90, maxHeadBytes = MAX_HEAD, maxInflatedBytes }: OutgoingOptions,
): AsyncIterable<Buffer> {
  const limit = maxInflatedBytes === undefined ? {} : { maxInflatedBytes };
  const explicit = toExplicit(reader.rest(), { transferSyntax: from, ...limit });
  if (familyOf(from) === 'native' && familyOf(to) === 'native') return explicit;
  return convertPixels(new ByteReader(explicit), { pool, from, to, quality, maxHeadBytes });
}

async function* file(
  { sopClass, sopInstance }: StoredObject,
  transferSyntax: string,
  dataset: AsyncIterable<Buffer>,
  { ins, maxHeadBytes }: OutgoingOptions,
): AsyncGenerator<Buffer, void> {
  yield part10Head({ sopClass, sopInstance, transferSyntax });
  if (!ins) {
    yield* dataset;
    return;
  }
  const splicer = new InsSplicer({ transferSyntax, ins, ...(maxHeadBytes === undefined ? {} : { maxHeadBytes }) });
  for await (const chunk of dataset) yield* splicer.push(chunk);
  yield* splicer.finish();
}
