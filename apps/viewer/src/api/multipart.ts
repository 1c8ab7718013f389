/** One part of a multipart body (RFC 2046 §5.1): its headers, names in lower case, and its bytes in a buffer of their own. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}

const MAX_HEAD_BYTES = 8 * 1024;
const MAX_BODY_BYTES = 1024 * 1024 * 1024;
const CR = 13;
const LF = 10;

/** Boundary of a `multipart/related` content type. Throws MultipartError. */
export function boundaryOf(contentType: string | null): string {
  const found = /^multipart\/related\b.*;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? '');
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw new MultipartError('no multipart answer');
  return boundary;
}

/**
 * Parts as they arrive. Every part gives its Content-Length, so its bytes are taken without being searched and each is
 * copied once. Throws MultipartError when the body is no such thing, or ends within a part.
 */
export async function* readParts(chunks: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const reader = new ByteReader(chunks[Symbol.asyncIterator]());
  const delimiter = `--${boundary}`;
  for (;;) {
    let line = await reader.line();
    while (line === '') line = await reader.line();
    if (line === undefined) throw new MultipartError('cut between two parts');
    if (line === `${delimiter}--`) return;
    if (line !== delimiter) throw new MultipartError('a delimiter was expected');
    const headers = await readHeaders(reader);
    const length = Number(headers.get('content-length') ?? NaN);
    if (!Number.isSafeInteger(length) || length < 0 || length > MAX_BODY_BYTES) {
      throw new MultipartError('a part has no usable Content-Length');
    }
    yield { headers, body: await reader.bytes(length) };
  }
}

async function readHeaders(reader: ByteReader): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  for (;;) {
    const line = await reader.line();
    if (line === undefined) throw new MultipartError('cut within the head of a part');
    if (line === '') return headers;
    const colon = line.indexOf(':');
    if (colon < 1) throw new MultipartError('a header was expected');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

class ByteReader {
  private held: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(private readonly chunks: AsyncIterator<Uint8Array>) {}

  /** A line without its CRLF; undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    const codes: number[] = [];
    while (codes.length <= MAX_HEAD_BYTES) {
      if (this.at === this.held.length && !(await this.more())) {
        if (codes.length > 0) throw new MultipartError('cut within a line');
        return undefined;
      }
      const byte = this.held[this.at++] ?? 0;
      if (byte === LF) {
        if (codes.at(-1) === CR) codes.pop();
        return String.fromCharCode(...codes);
      }
      codes.push(byte);
    }
    throw new MultipartError('a line is too long');
  }

  async bytes(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const body = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.at === this.held.length && !(await this.more())) throw new MultipartError('cut within a part');
      const piece = this.held.subarray(this.at, this.at + length - filled);
      body.set(piece, filled);
      filled += piece.length;
      this.at += piece.length;
    }
    return body;
  }

  private async more(): Promise<boolean> {
    const next = await this.chunks.next();
    if (next.done) return false;
    this.held = next.value;
    this.at = 0;
    return this.held.length > 0 || this.more();
  }
}
