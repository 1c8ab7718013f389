import { randomUUID } from 'node:crypto';

export interface PartHead {
  /** `application/dicom; transfer-syntax=1.2.840.10008.1.2.1`, see `dicomPartType`. */
  readonly contentType: string;
  readonly contentId?: string;
  /** Content-Location: where the part can be asked for alone (PS3.18 §8.6.1.2). */
  readonly location?: string;
}

/** Header values are ours; a line end in one would let it write headers. */
const UNSAFE = /[\p{Cc}]/u;

export const dicomPartType = (transferSyntax: string): string => `application/dicom; transfer-syntax=${transferSyntax}`;

/**
 * Writes a multipart/related payload (RFC 2387, PS3.18 §8.6.1.2): heads and delimiters, the bodies are the caller's.
 * `close` is the only proof of a whole answer: whoever could not send everything never calls it.
 */
export class MultipartWriter {
  readonly boundary: string;
  private parts = 0;
  private closed = false;

  /** `type`: media type of the parts; `boundary` for tests only, a fresh one cannot occur in pixels by chance. */
  constructor(
    private readonly type: string,
    boundary: string = randomUUID(),
  ) {
    if (!/^[0-9A-Za-z'()+_,./:=?-]{1,70}$/.test(boundary)) throw new RangeError('no boundary (RFC 2046 §5.1.1)');
    this.boundary = boundary;
  }

  /** Content-Type of the whole answer. */
  get contentType(): string {
    return `multipart/related; type="${this.type}"; boundary=${this.boundary}`;
  }

  /** What comes before the body of the next part. */
  open({ contentType, contentId, location }: PartHead): Buffer {
    if (this.closed) throw new RangeError('the payload is closed');
    const lines = [
      `${this.parts === 0 ? '' : '\r\n'}--${this.boundary}`,
      `Content-Type: ${contentType}`,
      ...(contentId === undefined ? [] : [`Content-ID: <${contentId}>`]),
      ...(location === undefined ? [] : [`Content-Location: ${location}`]),
    ];
    if ([contentType, contentId, location].some((value) => value !== undefined && UNSAFE.test(value))) {
      throw new RangeError('control character in a part head');
    }
    this.parts += 1;
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  }

  /** What comes after the last body. */
  close(): Buffer {
    if (this.closed) throw new RangeError('the payload is closed');
    this.closed = true;
    return Buffer.from(`${this.parts === 0 ? '' : '\r\n'}--${this.boundary}--\r\n`, 'latin1');
  }
}

export interface Part {
  readonly head: PartHead;
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** A payload from its parts, pulled as it is read. A part that throws ends it without its closing delimiter. */
export async function* multipartPayload(
  writer: MultipartWriter,
  parts: AsyncIterable<Part> | Iterable<Part>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const { head, body } of parts) {
    yield writer.open(head);
    yield* body;
  }
  yield writer.close();
}
