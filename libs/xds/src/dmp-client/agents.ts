import { createHash, X509Certificate } from 'node:crypto';
import { Agent, type Dispatcher } from 'undici';
import { XdsError } from '../xds-errors.js';

/** A structure's ORG AUTH CLI pair and the authorities the DMP's certificate must chain to, in PEM. */
export interface ClientTls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  readonly ca: string | Buffer | readonly (string | Buffer)[];
}

/** Gives the connection pool of a certificate pair. */
export interface AgentProvider {
  agentFor(tls: ClientTls): Dispatcher;
  close(): Promise<void>;
}

const MAX_AGENTS = 64;

interface Pooled {
  readonly fingerprint: string;
  readonly agent: Agent;
}

/**
 * One undici Agent per certificate subject: mutual TLS 1.2 at least, trusting only the authorities given. A renewed
 * pair replaces its predecessor, whose connections close once their requests are done.
 */
export class TlsAgents implements AgentProvider {
  /** By subject, least recently used first. */
  private readonly pools = new Map<string, Pooled>();

  constructor(private readonly options: { readonly connectMs: number; readonly connections: number }) {}

  /** @throws XdsError `invalid-certificate` when the certificate cannot be read. */
  agentFor(tls: ClientTls): Agent {
    const { subject, fingerprint } = identify(tls);
    const known = this.pools.get(subject);
    this.pools.delete(subject);
    const pooled = known?.fingerprint === fingerprint ? known : { fingerprint, agent: this.create(tls) };
    this.pools.set(subject, pooled);
    if (known && known !== pooled) retire(known.agent);
    if (this.pools.size > MAX_AGENTS) this.dropOldest();
    return pooled.agent;
  }

  async close(): Promise<void> {
    const agents = [...this.pools.values()].map(({ agent }) => agent);
    this.pools.clear();
    await Promise.all(agents.map((agent) => agent.close()));
  }

  private create(tls: ClientTls): Agent {
    return new Agent({
      connections: this.options.connections,
      // The client's own deadline bounds the whole exchange.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        timeout: this.options.connectMs,
        key: tls.key,
        cert: tls.cert,
        ca: [tls.ca].flat(),
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
      },
    });
  }

  private dropOldest(): void {
    for (const [subject, { agent }] of this.pools) {
      this.pools.delete(subject);
      retire(agent);
      return;
    }
  }
}

function identify(tls: ClientTls): { subject: string; fingerprint: string } {
  const hash = createHash('sha256');
  for (const part of [tls.key, tls.cert, ...[tls.ca].flat()]) hash.update(part).update('\0');
  try {
    return { subject: new X509Certificate(tls.cert).subject, fingerprint: hash.digest('hex') };
  } catch (cause) {
    throw new XdsError('invalid-certificate', 'The client certificate cannot be read', { cause });
  }
}

function retire(agent: Agent): void {
  // A pool that fails to close gracefully has nothing left to lose.
  agent.close().catch(() => agent.destroy());
}
