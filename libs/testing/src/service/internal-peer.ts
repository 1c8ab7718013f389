import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type PeerHandler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface InternalPeer {
  readonly url: string;
  handle: PeerHandler;
  close(): Promise<void>;
}

/** Another service of the product as its neighbour sees it: HTTPS with its own name, and what a test makes it answer. */
export async function startPeer(tlsDir: string, handle: PeerHandler, requestCert = true): Promise<InternalPeer> {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFileSync(join(tlsDir, file)));
  const server = createServer({ ca, cert, key, requestCert, rejectUnauthorized: requestCert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => peer.handle(request, response, Buffer.concat(chunks).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const peer: InternalPeer = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    handle,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return peer;
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
