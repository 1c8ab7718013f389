import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createDesk } from './desk.js';
import { bend, ENDPOINTS } from './faults.js';
import type { Endpoint, Fault } from './faults.js';
import { readText } from './http-body.js';
import { certificateOf, listen, portOf, stopListening } from './listener.js';
import type { ProviderPki } from './listener.js';
import { loginPage, messagePage } from './login-page.js';
import { endSession } from './logout.js';
import type { Addresses, ProviderShape, TestClient } from './shape.js';
import { TestProvider } from './test-provider.js';

export interface TestProviderOptions {
  readonly pki: ProviderPki;
  /** 0 or absent: any free port. All doors listen on the loopback address. */
  readonly port?: number;
  /** Port of the authorization endpoint, where the real provider has another host for it. */
  readonly loginPort?: number;
  readonly deskPort?: number;
  readonly clients?: readonly TestClient[];
}

export interface RunningTestProvider {
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** Origin of the login pages. */
  readonly loginUrl: string;
  readonly deskUrl: string;
  stop(): Promise<void>;
}

const LOGIN_PATH = /^\/connexion\/([A-Za-z0-9_-]+)$/;

/** Starts a provider of a shape. Throws when a port is taken or a client is no valid one. */
export const startTestProvider = async (
  shape: ProviderShape,
  options: TestProviderOptions,
): Promise<RunningTestProvider> => {
  let handle: RequestListener = (_request, response) => response.destroy();
  const handler: RequestListener = (request, response) => handle(request, response);
  const server = await listen(options.pki, options.port ?? 0, handler);
  const login = shape.ownLoginHost ? await listen(options.pki, options.loginPort ?? 0, handler) : server;
  const origin = `https://localhost:${portOf(server)}`;
  const addresses: Addresses = {
    origin,
    loginOrigin: `https://localhost:${portOf(login)}`,
    issuer: `${origin}${shape.issuerPath}`,
  };
  const provider = await makeProvider(shape, addresses, options).catch(async (error: unknown) => {
    await Promise.all([...new Set([server, login])].map(stopListening));
    throw error;
  });
  const answer = provider.oidc.callback();
  const callback: RequestListener = (request, response) => void answer(request, response);
  handle = (request, response) => {
    serve(provider, callback, request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  };
  const desk = createDesk(provider);
  desk.listen(options.deskPort ?? 0, '127.0.0.1');
  await once(desk, 'listening');
  return {
    issuer: addresses.issuer,
    discoveryUrl: `${origin}${shape.discoveryPath}`,
    loginUrl: addresses.loginOrigin,
    deskUrl: `http://127.0.0.1:${portOf(desk)}`,
    stop: async () => {
      await Promise.all([...new Set([server, login, desk])].map(stopListening));
    },
  };
};

const makeProvider = async (
  shape: ProviderShape,
  addresses: Addresses,
  { pki, clients = [] }: TestProviderOptions,
): Promise<TestProvider> => {
  const provider = new TestProvider(shape, addresses, pki.authorities);
  for (const client of clients) provider.register(client);
  return provider;
};

const serve = async (
  provider: TestProvider,
  callback: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(request.url ?? '/', provider.addresses.origin);
  const endpoint = endpointOf(provider, url, request);
  if (endpoint === undefined) {
    send(response, 404, 'text/plain', 'nothing here');
    return;
  }
  const fault = provider.faults.next(endpoint);
  const notes = { endpoint, ...(fault && { fault }) };
  provider.notes.set(request, notes);
  const certificate = certificateOf(request);
  response.once('close', () => record(provider, request, response, certificate));
  if (fault && (await misbehave(fault, response))) return;
  switch (endpoint) {
    case 'discovery':
      sendJson(response, 200, bend(provider.shape.discovery(provider.addresses), fault));
      return;
    case 'login':
      return answerLogin(provider, url, request, response);
    case 'logout':
      return answerLogout(provider, url, request, response);
    case 'authorization': {
      const problem = isResumed(provider, url) ? undefined : provider.shape.authorizationProblem(url.searchParams);
      if (problem === undefined) break;
      provider.notes.set(request, { ...notes, why: problem });
      send(response, 400, 'text/html', messagePage(provider.shape.title, `Demande refusée : ${problem}`));
      return;
    }
    default:
  }
  callback(request, response);
};

const isResumed = ({ shape }: TestProvider, url: URL): boolean => url.pathname !== shape.paths.authorization;

/** Which endpoint a request is for; each host only has its own. */
const endpointOf = (
  { shape, addresses }: TestProvider,
  url: URL,
  { socket }: IncomingMessage,
): Endpoint | undefined => {
  const atLogin = !shape.ownLoginHost || socket.localPort === Number(new URL(addresses.loginOrigin).port);
  const atOrigin = socket.localPort === Number(new URL(addresses.origin).port);
  if (atLogin && LOGIN_PATH.test(url.pathname)) return 'login';
  const { authorization = '' } = shape.paths;
  const resumes =
    url.pathname.startsWith(`${authorization}/`) && !url.pathname.slice(authorization.length + 1).includes('/');
  if (atLogin && (url.pathname === authorization || resumes)) return 'authorization';
  if (atOrigin && url.pathname === shape.discoveryPath) return 'discovery';
  return ENDPOINTS.find((name) => atOrigin && name !== 'authorization' && shape.paths[name] === url.pathname);
};

/** True when the fault was the whole answer. */
const misbehave = async (fault: Fault, response: ServerResponse): Promise<boolean> => {
  switch (fault.kind) {
    case 'down':
      response.destroy();
      return true;
    case 'slow':
      await delay(fault.ms, undefined, { ref: false });
      return response.destroyed;
    case 'status':
      sendJson(response, fault.status, { error: 'server_error', error_description: 'on demand' });
      return true;
    case 'garbage':
      send(response, 200, 'application/json', '<html>maintenance</html>');
      return true;
    case 'huge':
      send(response, 200, 'application/json', `{"active":true,"filler":"${'x'.repeat(fault.bytes)}"}`);
      return true;
    case 'answer':
      return false;
  }
};

const answerLogin = async (
  { oidc, shape }: TestProvider,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    await oidc.interactionDetails(request, response);
  } catch {
    send(response, 400, 'text/html', messagePage(shape.title, 'Cette demande de connexion est terminée ou inconnue.'));
    return;
  }
  if (request.method !== 'POST') {
    send(response, 200, 'text/html', loginPage(shape.title, url.pathname, shape.identities));
    return;
  }
  const form = new URLSearchParams((await readText(request)) ?? '');
  if (form.has('cancel')) {
    await oidc.interactionFinished(request, response, { error: 'access_denied', error_description: 'cancelled' });
    return;
  }
  const identity = shape.identities.find(({ login }) => login === form.get('login'));
  if (identity === undefined) {
    send(response, 400, 'text/html', messagePage(shape.title, 'Identité inconnue.'));
    return;
  }
  const login = { accountId: identity.id, acr: identity.acr, amr: [...identity.amr] };
  await oidc.interactionFinished(request, response, { login });
};

const answerLogout = async (
  provider: TestProvider,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { oidc, store, clients, shape } = provider;
  const parameters =
    request.method === 'POST' ? new URLSearchParams((await readText(request)) ?? '') : url.searchParams;
  const result = await endSession(oidc, store, clients, parameters);
  if (!result.ok) {
    const notes = provider.notes.get(request);
    if (notes) notes.why = result.why;
    send(response, 400, 'text/html', messagePage(shape.title, `Déconnexion refusée : ${result.why}`));
    return;
  }
  if (result.redirect !== undefined) response.writeHead(302, { location: result.redirect }).end();
  else if (request.method === 'POST') response.writeHead(204).end();
  else send(response, 200, 'text/html', messagePage(shape.title, 'Vous êtes déconnecté.'));
};

const record = (
  provider: TestProvider,
  request: IncomingMessage,
  response: ServerResponse,
  certificate: ReturnType<typeof certificateOf>,
): void => {
  const { endpoint, fault, why } = provider.notes.get(request)!;
  provider.ledger.add({
    at: new Date().toISOString(),
    endpoint,
    method: request.method ?? '',
    status: response.headersSent ? response.statusCode : 0,
    ...(certificate && { certificate: certificate.commonName }),
    ...(certificate?.distrust === undefined ? {} : { distrust: certificate.distrust }),
    ...(why === undefined ? {} : { why }),
    ...(fault && { fault: fault.kind }),
  });
};

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body);
};

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
};
