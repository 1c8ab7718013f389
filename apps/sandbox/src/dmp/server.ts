import 'reflect-metadata';
import { once } from 'node:events';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { X509Certificate } from '@peculiar/x509';
import { Behaviours, ENDPOINTS } from './behaviours.js';
import type { Endpoint } from './behaviours.js';
import { createDesk } from './desk.js';
import { LIMITS } from './dmp-rules.js';
import { SOAP_XML } from './exchange.js';
import type { Answer, Dmp } from './exchange.js';
import { readBody } from './http-body.js';
import { Journal } from './journal.js';
import { Ledger } from './ledger.js';
import type { LedgerLine } from './ledger.js';
import { Memory } from './memory.js';
import { operationIn } from './operation.js';
import { createTrust, isClientCertificate, pemBlocks, structureOf } from './pki.js';
import type { DmpPki } from './pki.js';
import { Registry } from './registry.js';
import { answerRegistry } from './registry-endpoint.js';
import { answerRepository } from './repository-endpoint.js';
import { soapFault } from './soap.js';
import { senderFault } from './verdict.js';

export interface DmpOptions {
  readonly pki: DmpPki;
  /** HTTPS port (mTLS); 0 or absent: any free one. Both doors listen on the loopback address. */
  readonly port?: number;
  readonly deskPort?: number;
  /** Folder of the IHE and ebRS schemas (`IHE/IHEXDSB.xsd`, `ebRS30/query.xsd`, `ebRS30/lcm.xsd`); without it no schema check. */
  readonly xsdDir?: string;
  /** EG → EJ: geographic structures that may act under the certificate of their legal one. */
  readonly ejOf?: Readonly<Record<string, string>>;
  /** Only this VIHF_Version; absent: those of dmp-rules. */
  readonly vihfVersion?: string;
  /** JSON-lines file that keeps the documents from one life to the next. */
  readonly journal?: string;
  readonly clock?: () => Date;
}

export interface RunningDmp {
  /** `https://localhost:<port>`, to be followed by `/repository` or `/registry`. */
  readonly url: string;
  readonly deskUrl: string;
  stop(): Promise<void>;
}

/** Starts the sandbox DMP. Throws when a port is taken, the journal unreadable or a CRL foreign. */
export const startDmp = async (options: DmpOptions): Promise<RunningDmp> => {
  const registry = new Registry(options.journal === undefined ? undefined : new Journal(options.journal));
  await registry.restore();
  const ledger = new Ledger();
  const behaviours = new Behaviours();
  const dmp: Dmp = {
    registry,
    trust: await createTrust(options.pki),
    clock: options.clock ?? (() => new Date()),
    ejOf: options.ejOf ?? {},
    seenMessageIds: new Memory(),
    seenAssertionIds: new Memory(),
    ...(options.vihfVersion === undefined ? {} : { vihfVersion: options.vihfVersion }),
    ...(options.xsdDir === undefined ? {} : { xsdDir: options.xsdDir }),
  };
  const server = createServer({
    cert: options.pki.certificate,
    key: options.pki.key,
    ca: pemBlocks(options.pki.authorities),
    crl: pemBlocks(options.pki.crls),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    requestTimeout: LIMITS.requestSeconds * 1000,
    headersTimeout: 10_000,
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) =>
    ledger.add({
      at: dmp.clock().toISOString(),
      endpoint: 'tls',
      verdict: 'rejected',
      // A certificate that was shown and refused: the socket knows why, the error only that it was closed.
      codes: [String(socket.authorizationError ?? error.code ?? 'TLS')],
      contexts: [],
    }),
  );
  server.on('request', (request, response) => {
    serve({ dmp, ledger, behaviours }, request, response).catch((error: unknown) => {
      // A peer that went away is no news; anything else is a fault of the sandbox.
      if (!request.destroyed || request.complete) console.error(error);
      response.destroy();
    });
  });
  const reset = async (): Promise<void> => {
    await registry.reset();
    ledger.clear();
    behaviours.reset();
    dmp.seenMessageIds.clear();
    dmp.seenAssertionIds.clear();
  };
  const desk = createDesk({ registry, ledger, behaviours, reset });
  const port = await listen(server, options.port ?? 0);
  const deskPort = await listen(desk, options.deskPort ?? 0);
  return {
    url: `https://localhost:${port}`,
    deskUrl: `http://127.0.0.1:${deskPort}`,
    stop: async () => {
      await Promise.all([close(server), close(desk)]);
    },
  };
};

const listen = async (server: Server | HttpServer, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const close = async (server: Server | HttpServer): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
};

interface House {
  readonly dmp: Dmp;
  readonly ledger: Ledger;
  readonly behaviours: Behaviours;
}

const serve = async (house: House, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { dmp, ledger, behaviours } = house;
  const endpoint = ENDPOINTS.find((path) => path === request.url);
  if (endpoint === undefined || request.method !== 'POST') {
    request.resume();
    response.writeHead(endpoint === undefined ? 404 : 405, { 'content-type': 'text/plain' }).end();
    return;
  }
  const body = await readBody(request, LIMITS.requestBytes);
  const operation = body && operationIn(body);
  const behaviour = behaviours.take(endpoint, operation);
  const note = (line: Omit<LedgerLine, 'at' | 'endpoint' | 'behaviour' | 'operation'>): void =>
    ledger.add({
      at: dmp.clock().toISOString(),
      endpoint,
      ...(behaviour && { behaviour: behaviour.kind }),
      ...(operation && { operation }),
      ...line,
    });
  if (behaviour?.kind === 'down') {
    note({ verdict: 'rejected', codes: ['down'], contexts: [] });
    request.socket.destroy();
    return;
  }
  if (body === undefined) {
    note({ verdict: 'rejected', codes: ['TooLarge'], contexts: [] });
    const fault = senderFault('TooLarge', `a request may hold ${LIMITS.requestBytes} bytes`, 'dmp:Malformed');
    response.shouldKeepAlive = false;
    request.resume();
    response.writeHead(413, { 'content-type': SOAP_XML }).end(soapFault(fault));
    return;
  }
  if (behaviour?.kind === 'html-503') {
    note({ verdict: 'rejected', codes: ['html-503'], contexts: [], bytes: body.length });
    response
      .writeHead(503, { 'content-type': 'text/html' })
      .end('<html><body><h1>503 Service Unavailable</h1></body></html>');
    return;
  }
  // Read before the wait: a slow DMP does the work all the same for a client that has given up and gone.
  const client = clientCertificate(request);
  if (behaviour?.kind === 'slow' && !(await waited(behaviour.ms, behaviours.untilReset))) {
    request.socket.destroy();
    return;
  }

  const answer = await work(dmp, endpoint, {
    contentType: request.headers['content-type'] ?? '',
    body,
    client,
    ...(behaviour && { behaviour }),
  });
  const clientStructure = structureOf(client);
  note({ ...answer.line, bytes: body.length, ...(clientStructure === undefined ? {} : { clientStructure }) });
  send(response, answer, behaviour?.kind);
};

/** False when the DMP was reset meanwhile. */
const waited = (ms: number, signal: AbortSignal): Promise<boolean> => delay(ms, true, { signal }).catch(() => false);

const clientCertificate = (request: IncomingMessage): X509Certificate => {
  const certificate = (request.socket as TLSSocket).getPeerX509Certificate();
  // The handshake demands one; without it something is broken here.
  if (certificate === undefined) throw new Error('no client certificate behind a finished handshake');
  return new X509Certificate(certificate.raw);
};

interface Work {
  readonly contentType: string;
  readonly body: Buffer;
  readonly client: X509Certificate;
  readonly behaviour?: NonNullable<ReturnType<Behaviours['take']>>;
}

/** The answer to one request; a failure of the sandbox itself becomes a Receiver fault. */
const work = async (dmp: Dmp, endpoint: Endpoint, { client, ...request }: Work): Promise<Answer> => {
  const clientStructure = structureOf(client);
  if (!isClientCertificate(client) || clientStructure === undefined) {
    const fault = senderFault('ClientCertificate', 'the TLS client must show an ORG AUTH_CLI certificate');
    return asFault(fault);
  }
  const exchange = { endpoint, clientStructure, ...request };
  try {
    return await (endpoint === '/repository' ? answerRepository(dmp, exchange) : answerRegistry(dmp, exchange));
  } catch (error) {
    console.error(error);
    const fault = senderFault('Internal', 'the sandbox failed', 'dmp:Internal');
    return asFault({ ...fault, code: 'Receiver' }, 'error');
  }
};

const asFault = (fault: Parameters<typeof soapFault>[0], verdict: 'fault' | 'error' = 'fault'): Answer => ({
  status: 500,
  contentType: SOAP_XML,
  body: soapFault(fault),
  line: { verdict, codes: [fault.detail], contexts: [fault.reason] },
});

/** Answers, or loses the answer where that was ordered: the work is done by then. */
const send = (response: ServerResponse, answer: Answer, disturbance: string | undefined): void => {
  if (disturbance === 'lose-answer') {
    response.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { 'content-type': answer.contentType, 'content-length': body.length });
  if (disturbance === 'cut-mid-answer') response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  else response.end(body);
};
