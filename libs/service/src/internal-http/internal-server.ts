import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { Server, TlsOptions } from 'node:tls';
import type { Logger } from '../log/logger.js';
import type { Lifecycle } from '../run/lifecycle.js';
import { childOf, runInTrace } from '../trace/trace.js';
import { CallerGuard } from './called-by.js';
import { ErrorFilter } from './error-filter.js';
import type { InternalTls, TlsMaterial } from './internal-tls.js';

/** Internal requests are small; a service that takes bodies says its own limit on the route. */
export const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_MILLISECONDS = 60_000;
const KEEP_ALIVE_MILLISECONDS = 72_000;
const TICKET_KEY_BYTES = 48;

const secureOptions = ({ ca, cert, key }: TlsMaterial): TlsOptions => ({ ca, cert, key, minVersion: 'TLSv1.2' });

/** HTTPS that only holders of a certificate of the internal CA can speak to. */
export function internalAdapter(tls: InternalTls): FastifyAdapter {
  return new FastifyAdapter({
    https: { ...secureOptions(tls.current), requestCert: true, rejectUnauthorized: true },
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_MILLISECONDS,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    trustProxy: false,
  });
}

/** The rules of every internal request: named callers, one error form, the caller's trace, renewed certificates. */
export function guardInternalHttp(
  app: NestFastifyApplication,
  tls: InternalTls,
  lifecycle: Lifecycle,
  logger: Logger,
): void {
  app.useGlobalGuards(new CallerGuard());
  app.useGlobalFilters(new ErrorFilter(logger));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preHandler', (request, _reply, done) => {
    runInTrace(childOf(String(request.headers.traceparent ?? '')), done);
  });
  followRenewal(fastify, tls, lifecycle);
}

/**
 * A renewal applies to new connections; older ones are asked to end after their next answer, so that nobody stays
 * under a certificate or an authority that was replaced, and no request is lost.
 */
function followRenewal(fastify: FastifyInstance, tls: InternalTls, lifecycle: Lifecycle): void {
  const server = fastify.server as unknown as Server;
  const generations = new WeakMap<object, number>();
  let generation = 0;
  server.on('secureConnection', (socket) => generations.set(socket, generation));
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    // A drain ends connections the same way: one kept alive would hold it up.
    if (lifecycle.stopping || generations.get(request.raw.socket) !== generation) reply.header('connection', 'close');
    done();
  });
  const stop = tls.onChange(() => {
    generation++;
    server.setSecureContext(secureOptions(tls.current));
    // Old session tickets would let a client resume without showing its certificate to the new authority.
    server.setTicketKeys(randomBytes(TICKET_KEY_BYTES));
  });
  fastify.addHook('onClose', (_instance, done) => {
    stop();
    done();
  });
}
