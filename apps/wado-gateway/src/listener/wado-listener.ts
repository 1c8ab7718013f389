import {
  AddressLimit,
  CertificateStore,
  type CommonConfig,
  CONFIG,
  errorFields,
  Lifecycle,
  Logger,
  Metrics,
  NO_RESUMPTION,
} from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Settings } from '../config/settings.js';
import { OpenStreams } from '../serve/open-streams.js';
import { Names } from './names.js';
import { RequestsService } from './requests.service.js';

/** Of the time a stop may take, what is left to record the accesses that are cut. */
const RECORD_SECONDS = 5;
const POLL_MILLISECONDS = 50;

/**
 * The door of every `db` FQDN. TLS 1.2 or 1.3 ends here, and nothing but the certificate of the connection itself says
 * who the peer is. The handshake asks for one and takes whatever comes: the decision refuses, with a code, at each request.
 */
@Injectable()
export class WadoListener implements OnModuleInit {
  private readonly sockets: AddressLimit;

  constructor(
    private readonly names: Names,
    private readonly requests: RequestsService,
    private readonly streams: OpenStreams,
    private readonly certificates: CertificateStore,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    metrics: Metrics,
    @Inject(CONFIG) private readonly settings: Settings & CommonConfig,
  ) {
    this.sockets = new AddressLimit(settings.wadoMaxConnectionsPerAddress);
    metrics.gauge('drimbox_wado_streams', 'Answers under way', [], () => [[{}, this.streams.count]]);
  }

  async onModuleInit(): Promise<void> {
    const server = this.serverOf();
    const { wadoPort, wadoHost } = this.settings;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wadoPort, wadoHost, resolve);
    });
    this.lifecycle.addPort('wado', (server.address() as AddressInfo).port);
    this.lifecycle.onDrain('intake', 'wado listener', () => {
      server.close();
      server.closeIdleConnections();
    });
    this.lifecycle.onDrain('work', 'answers under way', async () => {
      await this.streamsEnd((this.settings.drainSeconds - RECORD_SECONDS) * 1000);
      server.closeAllConnections();
    });
  }

  private serverOf(): Server {
    const { wadoHeaderSeconds, wadoKeepAliveSeconds, wadoMaxHeaderBytes, wadoMaxConnections } = this.settings;
    const ca = this.certificates.anchors();
    const server = createServer(
      {
        minVersion: 'TLSv1.2',
        secureOptions: NO_RESUMPTION,
        requestCert: true,
        // Refused by the decision, in words that the peer can read.
        rejectUnauthorized: false,
        ...(ca && { ca }),
        SNICallback: (name, done) => {
          const served = this.names.get(name);
          if (served) done(null, served.context);
          else done(new Error('not served here'));
        },
        handshakeTimeout: wadoHeaderSeconds * 1000,
        headersTimeout: wadoHeaderSeconds * 1000,
        requestTimeout: wadoHeaderSeconds * 1000,
        keepAliveTimeout: wadoKeepAliveSeconds * 1000,
        maxHeaderSize: wadoMaxHeaderBytes,
        noDelay: true,
      },
      (request, response) => {
        if ((request.url?.length ?? 0) > this.settings.wadoMaxUrlBytes) {
          response.writeHead(414, { connection: 'close' }).end();
          return;
        }
        this.requests.handle(request, response);
      },
    );
    server.maxConnections = wadoMaxConnections;
    server.on('connection', (socket: Socket) => this.sockets.admit(socket));
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      this.logger.debug('handshake.failed', { ...errorFields(error), host: socket.remoteAddress });
      socket.destroy();
    });
    server.on('clientError', (_error: Error, socket: Socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
    });
    return server;
  }

  /** Waits for the answers under way, then cuts those that are left: their records say so. */
  private async streamsEnd(milliseconds: number): Promise<void> {
    const until = Date.now() + Math.max(0, milliseconds);
    while (this.streams.count > 0 && Date.now() < until) await sleep(POLL_MILLISECONDS);
    this.streams.cutAll('DRIM-315');
    while (this.streams.count > 0) await sleep(POLL_MILLISECONDS);
  }
}
