import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type Server as TlsServer,
  type TLSSocket,
} from 'node:tls';
import {
  MllpConnection,
  type MllpClosing,
  type MllpFaultHandler,
  type MllpHandler,
  type MllpPeer,
} from './connection.js';
import { DEFAULT_DECODER_LIMITS, type DecoderLimits } from './frame-decoder.js';

export interface MllpLimits extends DecoderLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Silence after which a connection is closed. */
  readonly idleMs: number;
  /** Time a frame has to arrive whole (slow drip). */
  readonly frameMs: number;
  readonly handshakeMs: number;
}

export const DEFAULT_MLLP_LIMITS: MllpLimits = {
  ...DEFAULT_DECODER_LIMITS,
  maxConnections: 2048,
  maxConnectionsPerAddress: 256,
  idleMs: 30 * 60_000,
  frameMs: 60_000,
  handshakeMs: 10_000,
};

export interface MllpTls extends SecureContextOptions {
  /** Asks the sender for a certificate signed by `ca` and refuses it without one. */
  readonly requireClient?: boolean;
}

/** Who may connect, by address (dotted form of an IPv4-mapped one). */
export interface AddressRule {
  has(address: string): boolean;
}

/** Dotted form of an IPv4-mapped IPv6 address (`::ffff:10.0.0.1`), the address itself otherwise. */
const unmapped = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;

export interface MllpServerOptions {
  /** Works one message; its answer is framed and sent. Undefined sends nothing; a rejection closes the connection. */
  readonly handler: MllpHandler;
  /** Answers a frame that cannot be worked (too large, unterminated). Sends nothing by default. */
  readonly onFault?: MllpFaultHandler;
  /** Told of every connection this side closes or refuses. `error` is what the handler threw. */
  readonly onClosing?: (reason: MllpClosing, peer: MllpPeer, error?: unknown) => void;
  readonly tls?: MllpTls;
  /** Who may connect; everybody when absent. */
  readonly allow?: AddressRule;
  readonly limits?: Partial<MllpLimits>;
}

/** Receives HL7 messages over MLLP, in clear or over TLS. */
export class MllpServer {
  private readonly limits: MllpLimits;
  private readonly server: Server;
  private readonly tlsServer: TlsServer | undefined;
  private readonly sockets = new Map<Socket, string>();
  private readonly connections = new Set<MllpConnection>();
  private readonly perAddress = new Map<string, number>();
  private allow: AddressRule | undefined;
  private lastId = 0;
  private closing = false;

  constructor(private readonly options: MllpServerOptions) {
    this.limits = { ...DEFAULT_MLLP_LIMITS, ...options.limits };
    this.allow = options.allow;
    // Half-open is allowed: a sender may close its side and still wait for its answer.
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.accept(socket));
    if (options.tls) this.tlsServer = this.createTls(options.tls);
  }

  /** Starts listening; port 0 takes a free one. Rejects when the address cannot be bound. */
  async listen(port: number, host = '127.0.0.1'): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    return this.server.address() as AddressInfo;
  }

  /** Connections open now. */
  get connectionCount(): number {
    return this.sockets.size;
  }

  /** Certificate and trust of the handshakes to come. Has no effect on a server in clear. */
  setSecureContext(context: SecureContextOptions): void {
    this.tlsServer?.setSecureContext({ minVersion: 'TLSv1.2', ...context });
  }

  /** Who may connect from now on; connections already open stay. Undefined: everybody. */
  setAllowList(allow: AddressRule | undefined): void {
    this.allow = allow;
  }

  /** Stops accepting, lets each connection finish and answer its frame in progress, cuts what is left after `graceMs`. */
  async close(graceMs = 10_000): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    const stopped = new Promise<void>((resolve) => this.server.close(() => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([grace, Promise.all([...this.connections].map((connection) => connection.drain()))]);
    clearTimeout(timer);
    for (const socket of this.sockets.keys()) socket.destroy();
    await stopped;
  }

  private createTls({ requireClient, ...context }: MllpTls): TlsServer {
    const tls = createTlsServer({
      minVersion: 'TLSv1.2',
      ...context,
      requestCert: requireClient ?? false,
      rejectUnauthorized: requireClient ?? false,
      handshakeTimeout: this.limits.handshakeMs,
      allowHalfOpen: true,
    });
    tls.on('secureConnection', (socket) => this.serve(socket));
    tls.on('tlsClientError', (_error, socket) => socket.destroy());
    return tls;
  }

  /** Counts and refuses before any handshake. */
  private accept(socket: Socket): void {
    const address = unmapped(socket.remoteAddress ?? '');
    const count = this.perAddress.get(address) ?? 0;
    const refusal = this.refusal(address, count);
    if (refusal || this.closing) {
      if (refusal) this.options.onClosing?.(refusal, this.peerOf(socket));
      socket.destroy();
      return;
    }
    this.sockets.set(socket, address);
    this.perAddress.set(address, count + 1);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.forget(socket));
    if (this.tlsServer) this.tlsServer.emit('connection', socket);
    else this.serve(socket);
  }

  private refusal(address: string, count: number): MllpClosing | undefined {
    if (this.allow && !this.allow.has(address)) return 'not-allowed';
    const full = this.sockets.size >= this.limits.maxConnections || count >= this.limits.maxConnectionsPerAddress;
    return full ? 'too-many' : undefined;
  }

  private serve(socket: Socket | TLSSocket): void {
    const connection = new MllpConnection(socket, this.peerOf(socket), {
      ...this.limits,
      handler: this.options.handler,
      onFault: this.options.onFault ?? (() => Promise.resolve(undefined)),
      onClosing: (...closing) => this.options.onClosing?.(...closing),
    });
    this.connections.add(connection);
    socket.once('close', () => this.connections.delete(connection));
  }

  private peerOf(socket: Socket | TLSSocket): MllpPeer {
    const certificate = 'getPeerCertificate' in socket ? socket.getPeerCertificate() : undefined;
    return {
      id: ++this.lastId,
      address: unmapped(socket.remoteAddress ?? ''),
      port: socket.remotePort ?? 0,
      localPort: socket.localPort ?? 0,
      ...(certificate && Object.keys(certificate).length > 0 ? { certificate } : {}),
    };
  }

  private forget(socket: Socket): void {
    const address = this.sockets.get(socket) ?? '';
    this.sockets.delete(socket);
    const left = (this.perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.perAddress.set(address, left);
    else this.perAddress.delete(address);
  }
}
