import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { z } from 'zod';
import { Fault } from './faults.js';
import { readText } from './http-body.js';
import type { TestProvider } from './test-provider.js';

const Client = z.object({
  clientId: z.string().min(1),
  redirectUris: z.array(z.url()).min(1),
  postLogoutRedirectUris: z.array(z.url()).optional(),
  backchannelLogoutUri: z.url().optional(),
  secret: z.string().min(1).optional(),
  jwksUri: z.url().optional(),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
});
export const Clients = z.array(Client);

const TokenOrder = z.object({
  login: z.string(),
  clientId: z.string(),
  /** Seconds it lives; negative: it is over already. */
  seconds: z.number().int().optional(),
  scope: z.string().optional(),
  acr: z.string().optional(),
});
const Revocation = z.union([z.object({ token: z.string() }), z.object({ login: z.string() })]);

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The desk of a test provider (plain HTTP, loopback): hands out tokens without a browser, revokes them, registers clients,
 * orders faults, shows what was received. It has no access control: it must never listen elsewhere.
 */
export const createDesk = (provider: TestProvider): Server =>
  createServer((request, response) => {
    const answer = async (): Promise<Reply> => {
      const text = await readText(request);
      if (text === undefined) return { status: 413, body: { error: 'too large' } };
      const { pathname } = new URL(request.url ?? '/', 'http://desk');
      return route(provider, `${request.method} ${pathname}`, text);
    };
    answer()
      .catch((error: unknown): Reply => {
        if (error instanceof z.ZodError || error instanceof SyntaxError)
          return { status: 400, body: { error: error.message } };
        console.error(error);
        return { status: 500, body: { error: 'internal error' } };
      })
      .then(({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body)),
      )
      .catch(() => response.destroy());
  });

const route = async (provider: TestProvider, target: string, text: string): Promise<Reply> => {
  const json = (): unknown => JSON.parse(text);
  switch (target) {
    case 'GET /identities':
      return { status: 200, body: provider.shape.identities };
    case 'POST /tokens': {
      const issued = await provider.issueToken(TokenOrder.parse(json()));
      return issued.ok ? { status: 201, body: issued.token } : { status: 404, body: { error: issued.why } };
    }
    case 'POST /revocations': {
      const order = Revocation.parse(json());
      const ended =
        'token' in order ? await provider.revokeToken(order.token) : await provider.revokeIdentity(order.login);
      return { status: ended > 0 ? 200 : 404, body: { ended } };
    }
    case 'GET /sessions':
      return { status: 200, body: provider.sessions() };
    case 'POST /clients': {
      const client = Client.parse(json());
      provider.register(client);
      return { status: 201, body: { clientId: client.clientId } };
    }
    case 'GET /calls':
      return { status: 200, body: provider.ledger.all() };
    case 'DELETE /calls':
      provider.ledger.clear();
      return { status: 200, body: [] };
    case 'GET /faults':
      return { status: 200, body: provider.faults.list() };
    case 'POST /faults': {
      const fault = Fault.parse(json());
      provider.faults.add(fault);
      return { status: 201, body: fault };
    }
    case 'DELETE /faults':
      provider.faults.clear();
      return { status: 200, body: [] };
    default:
      return { status: 404, body: { error: 'unknown' } };
  }
};
