import { Agent, fetch as undiciFetch } from 'undici';
import { HttpFault } from './http-fault.js';

/** A client pair (ORG AUTH_CLI) and the authorities the provider's certificate must chain to, in PEM. */
export interface ClientTls {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

export interface IdentityHttpOptions {
  /** Read at each call: a renewed pair is used without a restart. */
  readonly tls?: () => ClientTls;
  /** Milliseconds for a whole exchange, its body included. */
  readonly timeoutMs?: number;
  /** Bytes of an answer, once decoded. */
  readonly maxResponseBytes?: number;
  readonly connections?: number;
}

/** Whatever `fetch` takes, as far as providers are concerned. */
export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export type HttpFetch = (url: string, request?: HttpRequest) => Promise<Response>;

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_MAX_BYTES = 256 * 1024;

/**
 * The only way out to a provider: https alone, mutual TLS, no redirect followed, one deadline, bounded answers. It uses the
 * fetch of undici with its own Agent, since the built-in one takes no client certificate.
 */
export class IdentityHttp {
  private pool: { readonly tls: ClientTls; readonly agent: Agent } | undefined;

  constructor(private readonly options: IdentityHttpOptions = {}) {}

  /** @throws HttpFault, and nothing else. */
  readonly fetch: HttpFetch = async (url, request = {}) => {
    if (!url.startsWith('https://')) throw new HttpFault('forbidden', 'only https is allowed');
    const deadline = AbortSignal.timeout(this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
    const { method = 'GET', headers = {}, body } = request;
    try {
      const dispatcher = this.agent();
      const response = await undiciFetch(url, {
        dispatcher,
        method,
        headers,
        redirect: 'manual',
        signal,
        ...(body === undefined ? {} : { body }),
      });
      const bytes = await this.readBounded(response.body);
      const plain = [...response.headers].filter(
        ([name]) => !/^(content-encoding|content-length|set-cookie)$/i.test(name),
      );
      const empty = response.status === 204 || response.status === 304;
      return new Response(empty ? null : bytes, { status: response.status, headers: plain });
    } catch (error) {
      throw HttpFault.of(error);
    }
  };

  async close(): Promise<void> {
    await this.pool?.agent.close();
    this.pool = undefined;
  }

  private async readBounded(body: AsyncIterable<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
    const max = this.options.maxResponseBytes ?? DEFAULT_MAX_BYTES;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body ?? []) {
      size += chunk.byteLength;
      // Leaving the loop cancels the body, and with it the connection.
      if (size > max) throw new HttpFault('too-large', `answer over ${max} bytes`);
      chunks.push(chunk);
    }
    const bytes = new Uint8Array(size);
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  }

  private agent(): Agent {
    const tls = this.options.tls?.() ?? {};
    const known = this.pool;
    if (known?.tls.cert === tls.cert && known?.tls.key === tls.key && known?.tls.ca === tls.ca && known)
      return known.agent;
    const agent = new Agent({
      connections: this.options.connections ?? 16,
      connect: {
        timeout: this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(tls.cert === undefined ? {} : { cert: tls.cert }),
        ...(tls.key === undefined ? {} : { key: tls.key }),
        ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      },
    });
    this.pool = { tls, agent };
    // Requests under way end on the old pair.
    if (known) void known.agent.close();
    return agent;
  }
}
