import { element, type Xml } from '../xml/write.js';

const XOP = 'http://www.w3.org/2004/08/xop/include';
const ROOT_ID = 'root@drimbox';

export interface BinaryPart {
  /** Content-ID without its angle brackets. */
  readonly contentId: string;
  readonly bytes: Uint8Array;
}

export interface HttpBody {
  readonly contentType: string;
  readonly chunks: readonly Buffer[];
}

/** xop:Include that stands for a part's bytes (XOP §2.1). */
export const xopInclude = (contentId: string): Xml =>
  element('xop:Include', { 'xmlns:xop': XOP, href: `cid:${contentId}` });

/**
 * An MTOM message (SOAP 1.2 MTOM §3.2, RFC 2387): the envelope, then the parts as they are, in binary.
 * @param boundary random and new for each message, so that no part can hold it.
 */
export function mtomBody(envelope: string, parts: readonly BinaryPart[], action: string, boundary: string): HttpBody {
  const open = (type: string, contentId: string): Buffer =>
    Buffer.from(
      `--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${contentId}>\r\n\r\n`,
    );
  const newline = Buffer.from('\r\n');
  return {
    contentType:
      `multipart/related; type="application/xop+xml"; start="<${ROOT_ID}>"; ` +
      `start-info="application/soap+xml"; action="${action}"; boundary="${boundary}"`,
    chunks: [
      open(`application/xop+xml; charset=UTF-8; type="application/soap+xml"; action="${action}"`, ROOT_ID),
      Buffer.from(envelope, 'utf8'),
      newline,
      ...parts.flatMap(({ contentId, bytes }) => [
        open('application/octet-stream', contentId),
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        newline,
      ]),
      Buffer.from(`--${boundary}--\r\n`),
    ],
  };
}

/** A message without attachments. */
export const plainBody = (envelope: string, action: string): HttpBody => ({
  contentType: `application/soap+xml; charset=UTF-8; action="${action}"`,
  chunks: [Buffer.from(envelope, 'utf8')],
});
