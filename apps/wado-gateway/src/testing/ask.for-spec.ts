import { Agent, request } from 'node:https';
import type { Pair } from './igc.for-spec.js';

export interface Asked {
  readonly port: number;
  readonly path: string;
  readonly sni: string;
  readonly host?: string;
  readonly pair?: Pair | undefined;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
  /** The connection broke off before the end of the body. */
  readonly truncated: boolean;
}

/** One request over a connection of its own, unless an agent keeps one. */
export function ask({
  port,
  path,
  sni,
  host = sni,
  pair,
  method = 'GET',
  headers = {},
  agent,
  signal,
}: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        servername: sni,
        // What the server is, is not what these tests are about.
        rejectUnauthorized: false,
        headers: { host, ...headers },
        ...(pair && { cert: pair.cert, key: pair.key }),
        agent: agent ?? new Agent({ keepAlive: false, maxCachedSessions: 0 }),
        ...(signal && { signal }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        const done = (truncated: boolean): void =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
            truncated,
          });
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(!response.complete));
        response.on('error', () => done(true));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

/** The parts of a multipart answer; throws when its closing delimiter is missing. */
export function partsOf({ headers, body }: Answer): { head: string; body: Buffer }[] {
  const boundary = /boundary="?([^";]+)/.exec(String(headers['content-type']))?.[1] ?? '';
  const close = Buffer.from(`\r\n--${boundary}--\r\n`);
  if (!body.subarray(-close.length).equals(close)) throw new Error('no closing delimiter');
  const delimiter = Buffer.from(`--${boundary}\r\n`);
  const parts: { head: string; body: Buffer }[] = [];
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const next = body.indexOf(Buffer.from(`\r\n--${boundary}`), at + delimiter.length);
    const part = body.subarray(at + delimiter.length, next);
    const blank = part.indexOf('\r\n\r\n');
    parts.push({ head: part.toString('latin1', 0, blank), body: part.subarray(blank + 4) });
    at = body.indexOf(delimiter, next);
  }
  return parts;
}
