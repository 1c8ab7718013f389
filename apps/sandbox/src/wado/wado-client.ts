import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { parameterOf, type Part, readMultipart } from './multipart-reader.js';

/** Who asks: the couple of its own `db` FQDN, and the authorities it trusts. */
export interface WadoIdentity {
  readonly ca: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

export interface WadoQuestion {
  /** FQDN that is asked for, and the port of the loopback where it listens. */
  readonly fqdn: string;
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Another name than the FQDN in the handshake, or in the Host header. */
  readonly servername?: string;
  readonly host?: string;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

export interface WadoAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Parts of a multipart answer; empty otherwise. */
  readonly parts: readonly Part[];
  /** The connection ended as it should, and a multipart answer was closed by its delimiter. */
  readonly whole: boolean;
  readonly millisecondsToFirst: number | undefined;
  readonly milliseconds: number;
}

/** A plain WADO-RS client, as another DRIMbox has one; written for the sandbox alone. */
export async function askWado(identity: WadoIdentity, question: WadoQuestion): Promise<WadoAnswer> {
  const from = performance.now();
  const answer = await send(identity, question);
  const chunks: Buffer[] = [];
  let first: number | undefined;
  let ended = true;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      first ??= performance.now() - from;
      chunks.push(chunk);
    }
  } catch {
    ended = false;
  }
  const body = Buffer.concat(chunks);
  const contentType = answer.headers['content-type'] ?? '';
  const boundary = contentType.startsWith('multipart/') ? parameterOf(contentType, 'boundary') : undefined;
  const multipart = boundary === undefined ? undefined : readMultipart(body, boundary);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body,
    parts: multipart?.parts ?? [],
    whole: ended && answer.complete && (multipart?.closed ?? true),
    millisecondsToFirst: first,
    milliseconds: performance.now() - from,
  };
}

/** Sends the question; the answer's body is left to be read. */
export function send(identity: WadoIdentity, question: WadoQuestion): Promise<IncomingMessage> {
  const { fqdn, port, path, method = 'GET', headers = {}, servername = fqdn, host = fqdn, agent, signal } = question;
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        servername,
        headers: { host, ...headers },
        ...identity,
        agent: agent ?? new Agent({ keepAlive: false }),
        ...(signal && { signal }),
      },
      resolve,
    );
    asked.on('error', reject);
    asked.end();
  });
}
