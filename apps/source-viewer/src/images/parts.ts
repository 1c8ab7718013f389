import { randomBytes } from 'node:crypto';

/** Parts of a `multipart/related` (RFC 2387), each with its length: the viewer takes them without searching. */
export class Parts {
  readonly boundary = `drimbox-${randomBytes(12).toString('hex')}`;

  get contentType(): string {
    return `multipart/related; type="application/dicom+json"; boundary=${this.boundary}`;
  }

  /** The buffers of one part: what frames it, and its body uncopied. */
  part(type: string, body: Buffer, location?: string): readonly Buffer[] {
    const lines = [
      `--${this.boundary}`,
      `Content-Type: ${type}`,
      ...(location === undefined ? [] : [`Content-Location: ${location}`]),
      `Content-Length: ${body.length}`,
      '',
      '',
    ];
    return [Buffer.from(lines.join('\r\n')), body, NEW_LINE];
  }

  json(type: string, value: object, location?: string): readonly Buffer[] {
    return this.part(type, Buffer.from(JSON.stringify(value)), location);
  }

  get end(): Buffer {
    return Buffer.from(`--${this.boundary}--\r\n`);
  }
}

const NEW_LINE = Buffer.from('\r\n');
