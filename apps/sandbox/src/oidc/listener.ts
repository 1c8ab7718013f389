import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server as HttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { pemBlocks } from '../dmp/pki.js';

/** What a test provider shows and trusts. PEM. */
export interface ProviderPki {
  readonly certificate: string;
  readonly key: string;
  /** Root, then intermediates, of client certificates. */
  readonly authorities: string;
  readonly crls: string;
}

/**
 * An https server on the loopback address. It asks for a client certificate but takes anybody: browsers and discovery have
 * none, and the endpoints that need one say why they refuse.
 */
export const listen = async (pki: ProviderPki, port: number, handler: RequestListener): Promise<HttpServer> => {
  const server = createServer(
    {
      cert: pki.certificate,
      key: pki.key,
      ca: pemBlocks(pki.authorities),
      crl: pemBlocks(pki.crls),
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    handler,
  );
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

export const portOf = (server: NetServer): number => (server.address() as AddressInfo).port;

export const stopListening = (server: HttpServer): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export interface ShownCertificate {
  readonly commonName: string;
  readonly raw: Buffer;
  /** Why TLS does not trust it; absent: it does. */
  readonly distrust?: string;
}

export const certificateOf = ({ socket }: IncomingMessage): ShownCertificate | undefined => {
  const tls = socket as TLSSocket;
  // Null once the connection is gone, whatever its type says; an empty object when none was shown.
  const peer = tls.getPeerCertificate() as ReturnType<TLSSocket['getPeerCertificate']> | null;
  if (peer?.raw === undefined) return undefined;
  const names: unknown = peer.subject.CN;
  const commonName = typeof names === 'string' ? names : '';
  return { commonName, raw: peer.raw, ...(tls.authorized ? {} : { distrust: String(tls.authorizationError) }) };
};
