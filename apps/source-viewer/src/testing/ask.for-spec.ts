import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { VI } from './site.for-spec.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** The answer came to its end. */
  readonly whole: boolean;
}

export interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly host?: string;
  /** Called with each piece as it comes. */
  readonly onData?: (piece: Buffer, cut: () => void) => void;
}

/** A request at the portal on a connection of its own; the answer has not been read. */
export function begin(
  port: number | undefined,
  { path, method = 'GET', cookies = {}, headers = {}, body, host = VI[0] }: Asked,
): Promise<IncomingMessage> {
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  const options = {
    host: '127.0.0.1',
    port,
    path,
    method,
    servername: host,
    rejectUnauthorized: false,
    agent: false as const,
    headers: { host, ...(cookie.length > 0 && { cookie: cookie.join('; ') }), ...headers },
  };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      // One that breaks off is told by its end.
      response.on('error', () => undefined);
      resolve(response);
    })
      .on('error', reject)
      .end(body);
  });
}

export async function ask(port: number | undefined, asked: Asked): Promise<Answer> {
  const response = await begin(port, asked);
  const pieces: Buffer[] = [];
  response.on('data', (piece: Buffer) => {
    pieces.push(piece);
    asked.onData?.(piece, () => response.destroy());
  });
  await new Promise((resolve) => response.on('close', resolve));
  const body = Buffer.concat(pieces);
  const { statusCode: status = 0, headers, complete: whole } = response;
  return { status, headers, body, text: body.toString('latin1'), whole };
}
