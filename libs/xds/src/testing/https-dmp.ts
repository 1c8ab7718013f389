import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { envelope } from './answers.js';
import type { TestAuthority, TestCertificate } from './pki.js';

export interface Received {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly messageId: string;
}

export type Handler = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

export const SOAP_TYPE = 'application/soap+xml; charset=UTF-8';
/** Answers with this SOAP body, related to the message received. */
export const answer =
  (body: string, status = 200, type = SOAP_TYPE): Handler =>
  (response, { messageId }) =>
    response.writeHead(status, { 'content-type': type }).end(envelope(body, messageId));
/** Answers with these bytes as they are. */
export const raw =
  (body: string, status = 200, headers: Record<string, string> = { 'content-type': SOAP_TYPE }): Handler =>
  (response) =>
    response.writeHead(status, headers).end(body);

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A DMP front that asks for a client certificate; what it does with a message is set by each test. */
export class HttpsDmp {
  readonly received: Received[] = [];
  readonly clients: string[] = [];
  /** Called with the whole message. */
  handle: Handler = (response) => response.end();
  /** Called before the body is read; returns true when it took the request over. */
  takeOver: (request: IncomingMessage) => boolean = () => false;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      if (this.takeOver(request)) return;
      readAll(request)
        .then((body) => {
          const messageId = /<MessageID[^>]*>([^<]*)/.exec(body.toString('latin1'))?.[1] ?? '';
          const received = {
            path: request.url ?? '',
            contentType: request.headers['content-type'] ?? '',
            body,
            messageId,
          };
          this.received.push(received);
          this.handle(response, received, request);
        })
        .catch(() => response.destroy());
    });
    server.on('secureConnection', (socket) => this.clients.push(String(socket.getPeerCertificate().subject?.CN)));
  }

  static async start(identity: TestCertificate, clients: TestAuthority): Promise<HttpsDmp> {
    const server = createServer({
      key: identity.key,
      cert: identity.certificate,
      ca: clients.pem,
      requestCert: true,
      rejectUnauthorized: true,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HttpsDmp(server);
  }

  url(path: string): string {
    return `https://localhost:${(this.server.address() as AddressInfo).port}${path}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
