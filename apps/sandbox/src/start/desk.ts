import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { ServiceName } from '@drimbox/contracts';
import type { ReportDesk } from './report-desk.js';

/** What may be looked at, and which service shows it: reading only, with the operators' own certificate. */
const DOORS: readonly { readonly path: RegExp; readonly service: ServiceName }[] = [
  { path: /^\/journal(\/[0-9a-f-]{36})?(\?|$)/, service: 'hl7-ingest' },
  { path: /^\/exams(\/[0-9a-f-]{36})?(\?|$)/, service: 'kos-publisher' },
  { path: /^\/why\/[0-9A-Za-z._^:%-]{1,300}$/, service: 'kos-publisher' },
];

export interface Desk {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A plain window of the sandbox on the loopback: what the services answer to an operator over mutual TLS, for a
 * browser that has no certificate, and the reports that a RIS plays. It exists in the sandbox only.
 */
export async function openDesk(
  tlsDir: string,
  ports: Readonly<Record<ServiceName, { http: number }>>,
  reports?: ReportDesk,
): Promise<Desk> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFile(join(tlsDir, file))),
  );
  const server: Server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (reports && path === '/report') {
      reports.answer(incoming, outgoing).catch((error: unknown) => {
        outgoing.writeHead(500, { 'content-type': 'text/plain' }).end(error instanceof Error ? error.message : '');
      });
      return;
    }
    const door = DOORS.find((one) => one.path.test(path));
    if (!door || incoming.method !== 'GET') {
      outgoing
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"see":["/report","/journal","/exams","/why/ID"]}');
      return;
    }
    const asked = request(
      { host: 'localhost', port: ports[door.service].http, path, ca, cert, key, timeout: 10_000 },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, {
          'content-type': answer.headers['content-type'] ?? 'application/json',
        });
        answer.pipe(outgoing);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502, { 'content-type': 'application/json' }).end(`{"unreachable":"${door.service}"}`);
    });
    asked.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
