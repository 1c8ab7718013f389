import { LIMITS } from './dmp-rules.js';
import { bad, good } from './verdict.js';
import type { Checked } from './verdict.js';

/** A SOAP message with attachments: the XML part and the others by Content-ID (without `<>`). */
export interface MtomMessage {
  readonly xml: Buffer;
  readonly attachments: ReadonlyMap<string, Buffer>;
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/**
 * Splits an MTOM request (multipart/related, RFC 2387; XOP packaging, W3C XOP §4.1). `contentType` is the HTTP header.
 * The reason of a refusal is for the client's developer.
 */
export const parseMtom = (contentType: string, body: Buffer): Checked<MtomMessage, string> => {
  const type = parseParameters(contentType);
  if (type.value !== 'multipart/related') return bad('Content-Type is not multipart/related');
  if (type.parameters.get('type')?.toLowerCase() !== 'application/xop+xml')
    return bad('the type parameter is not application/xop+xml');
  if (type.parameters.get('start-info')?.toLowerCase().startsWith('application/soap+xml') !== true)
    return bad('the start-info parameter is not application/soap+xml');
  const boundary = type.parameters.get('boundary');
  if (boundary === undefined || !/^[\x21-\x7e]([\x20-\x7e]{0,68}[\x21-\x7e])?$/.test(boundary))
    return bad('the boundary parameter is missing or malformed');

  const parts = splitParts(body, boundary);
  if (!parts.ok) return parts;
  const start = type.parameters.get('start');
  const root =
    start === undefined ? parts.value[0] : parts.value.find((part) => part.headers.get('content-id') === start);
  if (root === undefined) return bad('the root part is missing');
  if (parseParameters(root.headers.get('content-type') ?? '').value !== 'application/xop+xml')
    return bad('the root part is not application/xop+xml');

  const attachments = new Map<string, Buffer>();
  for (const part of parts.value) {
    if (part === root) continue;
    const id = /^<([^<>]+)>$/.exec(part.headers.get('content-id') ?? '')?.[1];
    if (id === undefined) return bad('a part has no Content-ID');
    if (attachments.has(id)) return bad('two parts have the same Content-ID');
    attachments.set(id, part.body);
  }
  return good({ xml: root.body, attachments });
};

const splitParts = (body: Buffer, boundary: string): Checked<Part[], string> => {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // A delimiter begins with CRLF; the first one may open the body (RFC 2046 §5.1.1).
  let position = body.indexOf(delimiter.subarray(2)) === 0 ? delimiter.length - 2 : -1;
  if (position < 0) {
    const first = body.indexOf(delimiter);
    if (first < 0) return bad('no MIME part');
    position = first + delimiter.length;
  }
  const parts: Part[] = [];
  while (body.toString('latin1', position, position + 2) !== '--') {
    if (parts.length === LIMITS.mimeParts) return bad('too many MIME parts');
    const lineEnd = body.indexOf('\r\n', position);
    const headersEnd = body.indexOf('\r\n\r\n', position);
    if (lineEnd < 0 || headersEnd < 0 || headersEnd - position > LIMITS.mimeHeaderBytes)
      return bad('MIME headers are malformed or too long');
    const end = body.indexOf(delimiter, headersEnd + 2);
    if (end < 0) return bad('the last MIME boundary is missing');
    const headers = parseHeaders(body.toString('latin1', lineEnd + 2, headersEnd));
    const content = decode(body.subarray(Math.min(headersEnd + 4, end), end), headers);
    if (!content.ok) return content;
    parts.push({ headers, body: content.value });
    position = end + delimiter.length;
  }
  return parts.length === 0 ? bad('no MIME part') : good(parts);
};

const parseHeaders = (text: string): Map<string, string> =>
  new Map(
    text
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, Math.max(colon, 0)).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );

const decode = (body: Buffer, headers: ReadonlyMap<string, string>): Checked<Buffer, string> => {
  const encoding = (headers.get('content-transfer-encoding') ?? 'binary').toLowerCase();
  if (encoding === 'binary' || encoding === '8bit' || encoding === '7bit') return good(body);
  // The published request sends its KOS this way.
  if (encoding !== 'base64') return bad('unknown Content-Transfer-Encoding');
  const text = body.toString('latin1').replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return bad('a part is not base64');
  return good(Buffer.from(text, 'base64'));
};

const parseParameters = (header: string): { value: string; parameters: Map<string, string> } => {
  const parameters = new Map<string, string>();
  for (const [, name, quoted, token] of header.matchAll(/;\s*([A-Za-z0-9-]+)=(?:"([^"]*)"|([^\s;"]+))/g))
    parameters.set(name!.toLowerCase(), quoted ?? token ?? '');
  return { value: header.split(';', 1)[0]!.trim().toLowerCase(), parameters };
};
