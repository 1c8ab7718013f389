import { AddressLimit, type CommonConfig, CONFIG, errorFields, Lifecycle, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Settings } from '../config/settings.js';
import { ConditionService } from '../health/condition.service.js';
import { Pace } from '../health/pace.js';
import type { ProbeScope } from '../health/probe.js';
import { exchangeOf } from '../portal/exchange.js';
import { PortalService } from '../portal/portal.service.js';
import { CallbackDoor } from './callback-door.js';
import { ViNames } from './vi-names.js';

const HEAD_MILLISECONDS = 10_000;
const KEEP_ALIVE_MILLISECONDS = 5_000;
const MAX_HEADER_BYTES = 8_192;
/** Of the time a stop may take, what is left to record the accesses that are cut. */
const RECORD_SECONDS = 5;
const POLL_MILLISECONDS = 50;

/** The door of every `vi` FQDN: TLS 1.2 or 1.3 without client certificate. Health probes, and the portal. */
@Injectable()
export class ViListener implements OnModuleInit {
  private readonly sockets: AddressLimit;
  private readonly pace: Pace;
  private readonly scopes: ReadonlyMap<string, ProbeScope>;
  /** Answers under way. */
  private answering = 0;

  constructor(
    private readonly names: ViNames,
    private readonly conditions: ConditionService,
    private readonly portal: PortalService,
    private readonly callback: CallbackDoor,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings & CommonConfig,
  ) {
    this.sockets = new AddressLimit(settings.viMaxConnectionsPerAddress);
    this.pace = new Pace(settings.healthPerMinute);
    const paths: [string | undefined, ProbeScope][] = [
      [settings.healthPath, 'both'],
      [settings.healthDrimboxPath, 'drimbox'],
      [settings.healthPacsPath, 'pacs'],
    ];
    this.scopes = new Map(paths.flatMap(([path, scope]) => (path === undefined ? [] : [[path, scope] as const])));
  }

  async onModuleInit(): Promise<void> {
    const server = this.serverOf();
    const { viPort, viHost } = this.settings;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(viPort, viHost, resolve);
    });
    this.lifecycle.addPort('vi', (server.address() as AddressInfo).port);
    this.lifecycle.onDrain('intake', 'vi listener', () => {
      server.close();
      server.closeIdleConnections();
    });
    this.lifecycle.onDrain('work', 'answers under way', async () => {
      const until = Date.now() + Math.max(0, this.settings.drainSeconds - RECORD_SECONDS) * 1000;
      while (this.answering > 0 && Date.now() < until) await sleep(POLL_MILLISECONDS);
      server.closeAllConnections();
    });
  }

  private serverOf(): Server {
    const server = createServer(
      {
        minVersion: 'TLSv1.2',
        SNICallback: (name, done) => {
          const context = this.names.get(name)?.context ?? this.callback.context(name);
          if (context) done(null, context);
          else done(new Error('not served here'));
        },
        handshakeTimeout: HEAD_MILLISECONDS,
        headersTimeout: HEAD_MILLISECONDS,
        requestTimeout: HEAD_MILLISECONDS,
        keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (request, response) => void this.answer(request, response),
    );
    server.maxConnections = this.settings.viMaxConnections;
    server.on('connection', (socket: Socket) => this.sockets.admit(socket));
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      this.logger.debug('handshake.failed', { ...errorFields(error), host: socket.remoteAddress });
      socket.destroy();
    });
    return server;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.answering += 1;
    response.once('close', () => (this.answering -= 1));
    // Whoever asks more asks another replica.
    if (this.lifecycle.stopping) response.shouldKeepAlive = false;
    const { servername } = request.socket as TLSSocket;
    const name = this.names.get(typeof servername === 'string' ? servername : undefined);
    const host = request.headers.host?.toLowerCase().replace(/:[0-9]{1,5}$/, '');
    if (!name && host !== undefined && host === servername && this.callback.isMine(host))
      return this.callBack(request, response, host);
    if (!name || host !== name.link.vi) return end(response, 421);
    const scope = this.scopes.get(request.url?.split('?', 1)[0] ?? '');
    if (scope !== undefined) return this.probe(request, response, name.link.id, scope);
    if (!(await this.portal.answer(exchangeOf(request, response, name)))) end(response, 404);
  }

  private async callBack(request: IncomingMessage, response: ServerResponse, host: string): Promise<void> {
    const retry = this.pace.take(request.socket.remoteAddress ?? '');
    if (retry !== undefined) return end(response, 429, undefined, { 'retry-after': String(retry) });
    try {
      if (!(await this.callback.answer(request, response, host))) end(response, 404);
    } catch (error) {
      this.logger.error('portal.failed', errorFields(error));
      end(response, 503);
    }
  }

  private probe(request: IncomingMessage, response: ServerResponse, link: string, scope: ProbeScope): void {
    const retry = this.pace.take(request.socket.remoteAddress ?? '');
    if (retry !== undefined) return end(response, 429, undefined, { 'retry-after': String(retry) });
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return end(response, 405, undefined, { allow: 'GET, HEAD' });
    const { http, body } = this.conditions.answer(link, scope);
    const { healthBody } = this.settings;
    end(response, http, healthBody === 'checks' ? body : { status: body.status });
  }
}

function end(response: ServerResponse, status: number, body?: object, headers: Record<string, string> = {}): void {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status >= 400 && body === undefined && { connection: 'close' }),
    ...headers,
  });
  response.end(bytes);
}
