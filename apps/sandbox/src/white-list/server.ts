import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Authority, issue } from '../pki/authority.js';
import { createDesk } from './desk.js';
import type { ListForm, PublishedEntry } from './list-form.js';
import { Publisher } from './publisher.js';

export interface PublisherOptions {
  /** The sandbox's IGC-Santé, with its keys: it issues the signer, the server certificate and the CRLs. */
  readonly igc: Authority;
  readonly entries: readonly PublishedEntry[];
  readonly form?: ListForm;
  /** Free ones by default. */
  readonly port?: number;
  readonly crlPort?: number;
  readonly deskPort?: number;
}

export interface RunningPublisher {
  readonly publisher: Publisher;
  /** HTTPS, under a certificate of the sandbox's IGC-Santé for localhost. */
  readonly listUrl: string;
  /** Plain HTTP, as the CRLs of IGC-Santé are. */
  readonly crlUrls: readonly [root: string, issuing: string];
  readonly deskUrl: string;
  stop(): Promise<void>;
}

const LIST_PATH = '/liste-blanche.xml';
const SLOW_MS = 60_000;

/** Starts the publisher on loopback: the signed list over HTTPS, its CRLs over HTTP, and its desk. */
export async function startWhiteListPublisher(options: PublisherOptions): Promise<RunningPublisher> {
  const { igc, entries, form, port = 0, crlPort = 0, deskPort = 0 } = options;
  const names = ['localhost', '127.0.0.1'];
  const { chain, key } = await issue(igc, 'SERV_SSL', { commonName: 'localhost', structure: '1990000000', names });
  const publisher = await Publisher.open(igc, entries, form);
  const list = createHttps({ cert: chain, key }, (request, response) => serveList(publisher, request, response));
  const crls = createHttp((request, response) => serveCrl(publisher, request, response));
  const desk = createDesk(publisher);
  const [listPort, crlsPort, deskAt] = await Promise.all([
    listen(list, port),
    listen(crls, crlPort),
    listen(desk, deskPort),
  ]);
  const crlUrl = (file: string): string => `http://127.0.0.1:${crlsPort}/CRL/${file}`;
  return {
    publisher,
    listUrl: `https://localhost:${listPort}${LIST_PATH}`,
    crlUrls: [crlUrl('ACR-EL.crl'), crlUrl('ACI-EL-ORG.crl')],
    deskUrl: `http://127.0.0.1:${deskAt}`,
    stop: async () => {
      await Promise.all([list, crls, desk].map(close));
    },
  };
}

function serveList(publisher: Publisher, request: IncomingMessage, response: ServerResponse): void {
  if (publisher.has('down')) return void request.socket.destroy();
  if (publisher.has('error')) return void response.writeHead(503).end();
  if (publisher.has('redirect')) return void response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end();
  if (publisher.has('endless')) return endless(response);
  if (request.url === `${LIST_PATH}.sha256`) return void response.end(publisher.checksum());
  if (request.url !== LIST_PATH) return void response.writeHead(404).end();
  const body = publisher.file();
  const etag = `"${publisher.checksum()}"`;
  const same = request.headers['if-none-match'] === etag;
  const answer = (): void =>
    void (same
      ? response.writeHead(304, { etag }).end()
      : response.writeHead(200, { etag, 'content-type': 'application/xml' }).end(body));
  if (publisher.has('slow')) setTimeout(answer, SLOW_MS).unref();
  else answer();
}

/** Until whoever reads has enough. */
function endless(response: ServerResponse): void {
  const block = Buffer.alloc(64 * 1024, 0x20);
  const more = (): void => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
}

function serveCrl(publisher: Publisher, request: IncomingMessage, response: ServerResponse): void {
  if (publisher.has('crl-down')) return void request.socket.destroy();
  if (publisher.has('crl-garbage')) return void response.end('<html>maintenance</html>');
  const file = { '/CRL/ACR-EL.crl': 'root', '/CRL/ACI-EL-ORG.crl': 'issuing' } as const;
  const of = Object.entries(file).find(([path]) => path === request.url)?.[1];
  if (!of) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'application/pkix-crl' }).end(publisher.crl(of));
}

/** Loopback only: the desk has no access control. */
const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
