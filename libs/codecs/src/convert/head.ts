import { type ByteReader, type Dataset, HeadReader } from '@drimbox/dicom';

export interface ReadHead {
  readonly dataset: Dataset;
  /** Its bytes as they came. */
  readonly bytes: Buffer;
}

/** Takes the elements below `untilTag` off the reader, and nothing behind them. Throws DatasetError. */
export async function takeHead(
  reader: ByteReader,
  transferSyntax: string,
  untilTag: number,
  maxBytes: number,
): Promise<ReadHead> {
  const head = new HeadReader({ transferSyntax, untilTag, maxBytes, unknownCharset: 'replace' });
  for (let chunk = await reader.chunk(); chunk; chunk = await reader.chunk()) {
    if (!head.push(chunk)) continue;
    reader.unread(Buffer.from(head.held.subarray(head.end)));
    return { dataset: head.dataset, bytes: head.held.subarray(0, head.end) };
  }
  head.finish();
  return { dataset: head.dataset, bytes: head.held };
}

/** Looks at the head and leaves everything in the reader. A deflated data set is inflated for the look alone. */
export async function peekHead(
  reader: ByteReader,
  transferSyntax: string,
  untilTag: number,
  maxBytes: number,
): Promise<Dataset> {
  const head = new HeadReader({ transferSyntax, untilTag, maxBytes, unknownCharset: 'replace' });
  let whole = false;
  for (let chunk = await reader.chunk(); chunk && !whole; chunk = whole ? undefined : await reader.chunk()) {
    whole = head.push(chunk);
  }
  if (!whole) head.finish();
  reader.unread(Buffer.from(head.held));
  return head.dataset;
}
