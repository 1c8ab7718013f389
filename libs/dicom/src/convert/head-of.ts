import type { Dataset } from '../dataset/dataset.js';
import { HeadReader } from '../dataset/head-reader.js';
import { TransferSyntax } from '../uids.js';
import type { ByteReader } from './byte-reader.js';
import { PIXEL_GROUP } from './pixel-data.js';

const MAX_HEAD_BYTES = 64 * 1024 * 1024;

/** Takes the elements before the pixels off the reader (Explicit LE). Throws DatasetError. */
export async function headOf(reader: ByteReader): Promise<Dataset> {
  const head = new HeadReader({
    transferSyntax: TransferSyntax.ExplicitLittleEndian,
    untilTag: PIXEL_GROUP,
    maxBytes: MAX_HEAD_BYTES,
    unknownCharset: 'replace',
  });
  for (let chunk = await reader.chunk(); chunk; chunk = await reader.chunk()) {
    if (!head.push(chunk)) continue;
    reader.unread(Buffer.from(head.held.subarray(head.end)));
    return head.dataset;
  }
  head.finish();
  return head.dataset;
}
