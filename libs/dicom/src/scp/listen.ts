import net from 'node:net';
import tls from 'node:tls';
import { AcceptedAssociation, type AssociationHost } from './accepted-association.js';
import { type Admission, type ScpCaller, type ScpOptions, scpLimitsOf, scpTimersOf } from './scp-options.js';

export interface DicomListener {
  readonly port: number;
  /** Established now. */
  readonly associations: number;
  /** Listens no more and aborts what is established; resolves once every connection is closed. */
  close(): Promise<void>;
}

/** Connections per association allowed: room for those that have not asked yet, or are being rejected in words. */
const CONNECTIONS = 2;

/** Listens for associations as SCP: C-ECHO, and C-STORE when a handler is given. Rejects when the address cannot be had. */
export async function listenDicom(options: ScpOptions): Promise<DicomListener> {
  const listener = new Listener(options);
  await listener.open();
  return listener;
}

interface Connection {
  readonly socket: net.Socket;
  readonly address: string;
  association?: AcceptedAssociation;
}

class Listener implements DicomListener {
  private readonly timers;
  private readonly limits;
  private readonly server: net.Server;
  private readonly secure: tls.Server | undefined;
  private readonly connections = new Map<net.Socket, Connection>();

  constructor(private readonly options: ScpOptions) {
    this.timers = scpTimersOf(options);
    this.limits = scpLimitsOf(options);
    this.server = net.createServer({ noDelay: true }, (socket) => this.onConnection(socket));
    this.secure = options.tls && this.secureServer(options.tls);
  }

  async open(): Promise<void> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen({ host, port }, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  get associations(): number {
    return this.established().length;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const { socket, association } of this.connections.values()) {
      if (association) association.abort({ kind: 'cancelled', detail: 'listener closed' });
      else socket.destroy();
    }
    await closed;
  }

  private established(): readonly Connection[] {
    return [...this.connections.values()].filter(({ association }) => association?.isEstablished);
  }

  private onConnection(socket: net.Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    socket.on('error', () => undefined); // whoever reads it says what was lost
    const refused = this.refusal(address);
    if (refused) {
      socket.destroy();
      this.options.onEvent?.({ type: 'refused', address, reason: refused });
      return;
    }
    const connection: Connection = { socket, address };
    this.connections.set(socket, connection);
    socket.once('close', () => this.connections.delete(socket));
    if (this.secure) this.secure.emit('connection', socket);
    else this.associate(connection, socket);
  }

  private refusal(address: string): 'address' | 'connections' | undefined {
    if (this.options.allows && !this.options.allows(address)) return 'address';
    const { maxAssociations, maxAssociationsPerAddress } = this.limits;
    const same = [...this.connections.values()].filter((other) => other.address === address).length;
    const full =
      this.connections.size >= maxAssociations * CONNECTIONS || same >= maxAssociationsPerAddress * CONNECTIONS;
    return full ? 'connections' : undefined;
  }

  private secureServer(tlsOptions: tls.TlsOptions): tls.Server {
    const server = tls.createServer({ ...tlsOptions, handshakeTimeout: this.timers.artim });
    server.on('secureConnection', (socket) => {
      const connection = this.connectionOf(socket);
      if (connection) this.associate(connection, socket, subjectOf(socket));
      else socket.destroy();
    });
    server.on('tlsClientError', (error, socket) => {
      const failure = {
        kind: 'unreachable',
        detail: (error as NodeJS.ErrnoException).code ?? 'TLS handshake',
      } as const;
      this.options.onEvent?.({ type: 'lost', address: plainAddress(socket.remoteAddress ?? ''), failure });
      socket.destroy();
    });
    return server;
  }

  /** The TLS socket hides the one below, whose ports it shows. */
  private connectionOf(secure: tls.TLSSocket): Connection | undefined {
    return [...this.connections.values()].find(
      ({ socket }) => socket.remotePort === secure.remotePort && socket.remoteAddress === secure.remoteAddress,
    );
  }

  private associate(connection: Connection, socket: net.Socket, subject?: string): void {
    const caller = { address: connection.address, port: socket.remotePort ?? 0 };
    const host: AssociationHost = {
      timers: this.timers,
      limits: this.limits,
      store: this.options.store,
      admit: (asking) => this.admit(asking),
      onEvent: (event) => this.options.onEvent?.(event),
    };
    connection.association = new AcceptedAssociation(
      socket,
      subject === undefined ? caller : { ...caller, tlsPeerSubject: subject },
      host,
    );
  }

  private admit(caller: ScpCaller): Admission {
    const established = this.established();
    const same = established.filter(({ address }) => address === caller.address).length;
    const { maxAssociations, maxAssociationsPerAddress } = this.limits;
    if (established.length >= maxAssociations || same >= maxAssociationsPerAddress)
      return { ok: false, reason: 'limit' };
    return this.options.admit(caller);
  }
}

/** An IPv4 peer of a dual-stack listener by its IPv4 address. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** undefined when the peer gave no certificate. */
function subjectOf(socket: tls.TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.subject.split('\n').join(', ');
}
