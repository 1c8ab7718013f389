import { createServer, request, type Server } from 'node:http';

/** What a test run shares: one PostgreSQL and one nats-server, started when the first test asks. */
export interface SharedServers {
  postgres: { superuserUrl: string };
  nats: { url: string };
}

export type Starters = { readonly [K in keyof SharedServers]: () => Promise<SharedServers[K]> };

/** Hands the socket of the broker from the run to its workers. */
export const BROKER_VARIABLE = 'DRIMBOX_TEST_BROKER';

/** Answers on a unix socket where a shared server is, starting it at the first question. Lives in the parent of all workers. */
export async function listenBroker(socketPath: string, starters: Starters): Promise<Server> {
  const started = new Map<string, Promise<unknown>>();
  const known = (name: string): name is keyof SharedServers => Object.hasOwn(starters, name);
  const server = createServer((incoming, outgoing) => {
    const name = incoming.url?.slice(1) ?? '';
    if (!known(name)) {
      outgoing.writeHead(404).end();
      return;
    }
    const answer = started.get(name) ?? starters[name]();
    started.set(name, answer);
    answer.then(
      (address) => outgoing.writeHead(200).end(JSON.stringify(address)),
      (error: unknown) => outgoing.writeHead(503).end(error instanceof Error ? error.message : 'failed'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return server;
}

/** Where the shared server of this run is. Throws when it could not be started or no broker is there. */
export async function askBroker<K extends keyof SharedServers>(name: K): Promise<SharedServers[K]> {
  const socketPath = process.env[BROKER_VARIABLE];
  if (socketPath === undefined)
    throw new Error('no test servers: run the tests with the jest.config.js of the repository');
  return new Promise((resolve, reject) => {
    // A connection of its own: a kept one may have been closed while a busy test did not look.
    const asked = request({ socketPath, path: `/${name}`, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(body) as SharedServers[K]);
        else reject(new Error(`${name}: ${body}`));
      });
    });
    asked.once('error', reject);
    asked.end();
  });
}
