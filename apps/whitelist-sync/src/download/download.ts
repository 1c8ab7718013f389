import { rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';

export interface DownloadOptions {
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  /** PEM of authorities besides those of the system. */
  readonly ca?: string | undefined;
  readonly etag?: string | undefined;
}

export type Download =
  | { outcome: 'body'; bytes: Buffer; etag: string | undefined }
  | { outcome: 'not-modified' }
  /** More bytes than asked for; what came was dropped. */
  | { outcome: 'too-large' }
  | { outcome: 'unreachable'; detail: string };

const CONNECT_MILLISECONDS = 10_000;

/** Fetches one file whole, in bounded time and space. No redirect is followed, no content coding taken. */
export async function download(url: string, options: DownloadOptions): Promise<Download> {
  const agent = new Agent({
    connect: {
      timeout: CONNECT_MILLISECONDS,
      minVersion: 'TLSv1.2',
      ...(options.ca !== undefined && { ca: [...rootCertificates, options.ca] }),
    },
  });
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      headers: { 'accept-encoding': 'identity', ...(options.etag !== undefined && { 'if-none-match': options.etag }) },
      signal: AbortSignal.timeout(options.timeoutSeconds * 1000),
    });
    if (statusCode === 304 && options.etag !== undefined) return { outcome: 'not-modified' };
    if (statusCode !== 200) return { outcome: 'unreachable', detail: `status ${statusCode}` };
    if (headers['content-encoding'] !== undefined) return { outcome: 'unreachable', detail: 'a content coding' };
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > options.maxBytes) return { outcome: 'too-large' };
      parts.push(part);
    }
    const { etag } = headers;
    return {
      outcome: 'body',
      bytes: Buffer.concat(parts),
      etag: typeof etag === 'string' ? etag.slice(0, 200) : undefined,
    };
  } catch (error) {
    return { outcome: 'unreachable', detail: reasonOf(error) };
  } finally {
    await agent.destroy();
  }
}

/** Code or class only: a message of the network may quote what was sent. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return [code, name].find((word) => typeof word === 'string') ?? 'unknown error';
}
