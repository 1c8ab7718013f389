import { inboxPrefixOf } from '@drimbox/contracts';
import { errorFields, INTERNAL_TLS_FILES, type Logger } from '@drimbox/service';
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface NatsOptions {
  /** `tls://host:port`, several separated by commas. */
  readonly url: string;
  /** Client name and prefix of its inboxes: a service's name, or the operator's. */
  readonly name: string;
  readonly seedFile: string;
  /** Folder of ca.pem, cert.pem, key.pem; read again at each connection. */
  readonly tlsDir: string;
}

const RETRY_MILLISECONDS = 500;
const CONNECT_MILLISECONDS = 5_000;
const PING_MILLISECONDS = 10_000;

/** One connection: mutual TLS of the internal CA, and the nkey that carries the permissions. */
export async function connectNats({ url, name, seedFile, tlsDir }: NatsOptions): Promise<NatsConnection> {
  const seed = new TextEncoder().encode(readFileSync(seedFile, 'utf8').trim());
  const { ca, cert, key } = INTERNAL_TLS_FILES;
  return connect({
    servers: url.split(','),
    name,
    tls: { caFile: join(tlsDir, ca), certFile: join(tlsDir, cert), keyFile: join(tlsDir, key) },
    authenticator: nkeyAuthenticator(seed),
    inboxPrefix: inboxPrefixOf(name),
    timeout: CONNECT_MILLISECONDS,
    pingInterval: PING_MILLISECONDS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MILLISECONDS,
    // A key being rotated is refused for a while: that is no reason to give up for ever.
    ignoreAuthErrorAbort: true,
  });
}

/** Keeps a connection: a broker that is absent, restarted or replaced is waited for, never a reason not to start. */
export class NatsLink {
  private connection: NatsConnection | undefined;
  private isUp = false;
  private readonly stopping = new AbortController();
  private readonly listeners: (() => void)[] = [];
  private readonly done: Promise<void>;

  constructor(
    private readonly options: NatsOptions,
    private readonly logger: Logger,
  ) {
    this.done = this.keep();
  }

  /** The connection while it is up. */
  get up(): NatsConnection | undefined {
    return this.isUp ? this.connection : undefined;
  }

  /** Called after each connection, the first one included. */
  onConnect(listener: () => void): void {
    this.listeners.push(listener);
    if (this.isUp) listener();
  }

  /** Sends what is buffered, then closes. */
  async close(): Promise<void> {
    this.stopping.abort();
    await (this.isUp ? this.connection?.drain() : this.connection?.close());
    await this.done;
  }

  private async keep(): Promise<void> {
    const { signal } = this.stopping;
    let said = false;
    while (!signal.aborted) {
      try {
        this.connection = await connectNats(this.options);
        said = false;
        if (signal.aborted) await this.connection.close();
        else await this.follow(this.connection);
      } catch (error) {
        if (!said) this.logger.warn('bus.awaited', errorFields(error));
        said = true;
      }
      this.isUp = false;
      await sleep(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async follow(connection: NatsConnection): Promise<void> {
    this.connected();
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.isUp = false;
        this.logger.warn('bus.disconnected');
      } else if (status.type === 'reconnect') this.connected();
      else if (status.type === 'error') this.logger.error('bus.error', errorFields(status.error));
    }
  }

  private connected(): void {
    this.isUp = true;
    this.logger.info('bus.connected');
    for (const listener of this.listeners) listener();
  }
}
