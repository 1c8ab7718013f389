import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { HttpBody } from '../soap/mtom.js';
import { unknown, type Unknown, type Unreachable } from './outcome.js';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface ExchangeLimits {
  readonly connectMs: number;
  readonly answerMs: number;
  readonly maxResponseBytes: number;
}

/**
 * TLS alerts by which a server ends the handshake. In TLS 1.3 they reach a client that has already written, yet the
 * server has handed nothing to its application (RFC 8446 §4.4.2, §6.2).
 */
const HANDSHAKE_ALERT =
  /ALERT.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED|PROTOCOL_VERSION|DECRYPT_ERROR)/;

/** The first error code along the causes, else the error's name. */
function errorCode(error: unknown): string {
  let name = 'unknown';
  for (let at = error, left = 10; typeof at === 'object' && at !== null && left > 0; left--) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (name === 'unknown' && 'name' in at && typeof at.name === 'string') name = at.name;
    at = 'cause' in at ? at.cause : undefined;
  }
  return name;
}

async function readBounded(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * POST a message and read its whole answer, within connectMs + answerMs. No redirect is followed, nothing is sent twice.
 * Whatever happens before the first byte of the body is asked for proves that nothing was sent.
 */
export async function exchange(
  url: URL,
  message: HttpBody,
  dispatcher: Dispatcher,
  limits: ExchangeLimits,
): Promise<HttpAnswer | Unreachable | Unknown> {
  let started = false;
  function* body(): Generator<Buffer> {
    started = true;
    yield* message.chunks;
  }
  try {
    const length = message.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const response = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { 'content-type': message.contentType, 'content-length': String(length), accept: '*/*' },
      body: Readable.from(body()),
      signal: AbortSignal.timeout(limits.connectMs + limits.answerMs),
    });
    const header = (name: string): string => [response.headers[name] ?? ''].flat()[0] ?? '';
    const bytes = await readBounded(response.body, limits.maxResponseBytes);
    if (!bytes) return unknown('answer-too-long');
    if (!['', 'identity'].includes(header('content-encoding'))) return unknown('answer-encoded');
    return { status: response.statusCode, contentType: header('content-type'), body: bytes };
  } catch (error) {
    const cause = errorCode(error);
    return started && !HANDSHAKE_ALERT.test(cause) ? unknown(cause) : { outcome: 'unreachable', certain: true, cause };
  }
}
